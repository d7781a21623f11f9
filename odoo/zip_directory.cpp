#include "odoo/zip_directory.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <stdexcept>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

namespace atalaya::odoo::zip {

namespace {

constexpr auto window_size = size_t{1} << 20;

constexpr auto max_comment = size_t{0xffff};

constexpr auto encrypted = uint16_t{1 | 1 << 6 | 1 << 13};
constexpr auto descriptor_follows = uint16_t{1 << 3};

constexpr auto unix_host = 3;

[[noreturn]] void refuse(const std::string& why) {
  throw std::runtime_error{why};
}

uint64_t length_of(int fd) {
  struct stat info{};
  if (fstat(fd, &info) != 0)
    throw std::system_error{errno, std::generic_category(), "fstat"};
  return static_cast<uint64_t>(info.st_size);
}

/// Where the directory lies, by the records at the end.
struct place {
  uint64_t members;
  uint64_t offset;
  uint64_t size;
  uint64_t end; ///< Where it has to end.
};

/// The only end record that reaches the end of the file. Two of them would let
/// two programs see two archives.
uint64_t find_end(std::string_view tail, uint64_t tail_offset) {
  std::optional<uint64_t> found;
  for (auto i = size_t{0}; i + end_size <= tail.size(); ++i) {
    if (get<uint32_t>(tail, i) != end_signature
        || i + end_size + get<uint16_t>(tail, i + 20) != tail.size())
      continue;
    if (found)
      refuse("its end can be read in two ways");
    found = tail_offset + i;
  }
  if (!found)
    refuse("it is no zip archive, or its end is missing");
  return *found;
}

/// Some write the zip64 record though they needn't.
bool has_locator(int fd, uint64_t end) {
  return end >= locator64_size
         && get<uint32_t>(read_at(fd, end - locator64_size, 4), 0)
              == locator64_signature;
}

place read_end64(int fd, uint64_t end) {
  if (end < locator64_size + end64_size)
    refuse("its zip64 record is missing");
  auto begin = end - locator64_size - end64_size;
  auto both = read_at(fd, begin, end64_size + locator64_size);
  auto locator = std::string_view{both}.substr(end64_size);
  if (get<uint32_t>(locator, 0) != locator64_signature
      || get<uint32_t>(both, 0) != end64_signature
      || get<uint64_t>(locator, 8) != begin
      || get<uint64_t>(both, 4) != end64_size - 12)
    refuse("its zip64 record is missing or damaged");
  auto members = get<uint64_t>(both, 32);
  if (get<uint32_t>(locator, 4) != 0 || get<uint32_t>(locator, 16) != 1
      || get<uint32_t>(both, 16) != 0 || get<uint32_t>(both, 20) != 0
      || get<uint64_t>(both, 24) != members)
    refuse("it is a part of an archive in several files");
  return {members, get<uint64_t>(both, 48), get<uint64_t>(both, 40), begin};
}

place read_end(int fd, uint64_t length) {
  auto tail_size
    = static_cast<size_t>(std::min<uint64_t>(length, max_comment + end_size));
  auto tail = read_at(fd, length - tail_size, tail_size);
  auto end = find_end(tail, length - tail_size);
  auto record = std::string_view{tail}.substr(
    static_cast<size_t>(end - (length - tail_size)), end_size);
  auto members = get<uint16_t>(record, 10);
  auto size = get<uint32_t>(record, 12);
  auto offset = get<uint32_t>(record, 16);
  if (get<uint16_t>(record, 4) != 0 || get<uint16_t>(record, 6) != 0
      || get<uint16_t>(record, 8) != members)
    refuse("it is a part of an archive in several files");
  auto needs_more = members == in_zip64_16 || size == in_zip64_32
                    || offset == in_zip64_32;
  if (!needs_more && !has_locator(fd, end))
    return {members, offset, size, end};
  auto result = read_end64(fd, end);
  auto differs = [](uint64_t small, uint64_t mark, uint64_t real) {
    return small != mark && small != real;
  };
  if (differs(members, in_zip64_16, result.members)
      || differs(size, in_zip64_32, result.size)
      || differs(offset, in_zip64_32, result.offset))
    refuse("its zip64 record contradicts its end");
  return result;
}

/// Gives the directory piece by piece.
class window {
public:
  window(int fd, const place& x) : fd_(fd), offset_(x.offset), left_(x.size) {
    // nop
  }

  /// The next `n` bytes, valid until the next call.
  std::string_view take(size_t n) {
    if (buffer_.size() - at_ < n) {
      auto kept = buffer_.size() - at_;
      auto more = static_cast<size_t>(
        std::min<uint64_t>(left_, std::max(n, window_size) - kept));
      if (kept + more < n)
        refuse("its directory is damaged: it ends within a member");
      buffer_.erase(0, at_);
      buffer_ += read_at(fd_, offset_, more);
      offset_ += more;
      left_ -= more;
      at_ = 0;
    }
    at_ += n;
    return std::string_view{buffer_}.substr(at_ - n, n);
  }

  bool at_end() const {
    return left_ == 0 && at_ == buffer_.size();
  }

private:
  int fd_;
  uint64_t offset_;
  uint64_t left_;
  std::string buffer_;
  size_t at_ = 0;
};

/// Empty where a name is acceptable.
std::string why_not(std::string_view name, size_t max_length) {
  if (name.empty() || name.size() > max_length)
    return "a member has no name, or too long a one";
  auto bad = [](char c) {
    return c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  };
  if (std::ranges::any_of(name, bad))
    return "the name of a member has a backslash or a control character";
  auto rest = name.ends_with('/') ? name.substr(0, name.size() - 1) : name;
  while (true) {
    auto slash = rest.find('/');
    auto part = rest.substr(0, slash);
    if (part.empty() || part == "." || part == "..")
      return "the name " + std::string{name}
             + " is absolute or leads out of its folder";
    if (slash == std::string_view::npos)
      return {};
    rest.remove_prefix(slash + 1);
  }
}

/// Takes what didn't fit 32 bits from the extra fields.
void read_zip64(zip_member& x, std::string_view extra) {
  while (extra.size() >= 4) {
    auto tag = get<uint16_t>(extra, 0);
    auto size = get<uint16_t>(extra, 2);
    extra.remove_prefix(4);
    if (size > extra.size())
      refuse(x.name + " has damaged extra fields");
    auto field = extra.substr(0, size);
    extra.remove_prefix(size);
    if (tag != zip64_tag)
      continue;
    for (auto number : {&x.size, &x.packed, &x.offset}) {
      if (*number != in_zip64_32)
        continue;
      if (field.size() < 8)
        refuse(x.name + " lacks a number in its zip64 field");
      *number = get<uint64_t>(field, 0);
      field.remove_prefix(8);
    }
    return;
  }
  if (x.size == in_zip64_32 || x.packed == in_zip64_32
      || x.offset == in_zip64_32)
    refuse(x.name + " lacks its zip64 field");
}

zip_member read_member(window& from, const zip_limits& limits) {
  std::string head{from.take(central_size)};
  if (get<uint32_t>(head, 0) != central_signature)
    refuse("its directory is damaged");
  auto name_length = get<uint16_t>(head, 28);
  auto extra_length = get<uint16_t>(head, 30);
  auto comment_length = get<uint16_t>(head, 32);
  auto rest = from.take(size_t{name_length} + extra_length + comment_length);
  zip_member x;
  x.name = rest.substr(0, name_length);
  if (auto why = why_not(x.name, limits.name); !why.empty())
    refuse(why);
  auto flags = get<uint16_t>(head, 8);
  auto method = get<uint16_t>(head, 10);
  if (flags & encrypted)
    refuse(x.name + " is encrypted; make the backup without a password");
  if (method != 0 && method != 8)
    refuse(x.name + " is compressed by method " + std::to_string(method)
           + "; only stored and deflated can be read");
  auto mode = get<uint32_t>(head, 38) >> 16 & S_IFMT;
  if (get<uint8_t>(head, 5) == unix_host && mode != 0 && mode != S_IFREG
      && mode != S_IFDIR)
    refuse(x.name + " is a link or a device");
  x.method = static_cast<zip::method>(method);
  x.described_later = flags & descriptor_follows;
  x.crc = get<uint32_t>(head, 16);
  x.packed = get<uint32_t>(head, 20);
  x.size = get<uint32_t>(head, 24);
  x.offset = get<uint32_t>(head, 42);
  read_zip64(x, rest.substr(name_length, extra_length));
  if (x.method == zip::method::stored && x.packed != x.size)
    refuse(x.name + " is stored, yet says two sizes");
  if (x.name.ends_with('/') && x.size != 0)
    refuse(x.name + " is a folder, yet has content");
  return x;
}

/// Each must fit before the next one begins.
void check_places(std::vector<zip_member>& xs, uint64_t directory) {
  std::ranges::sort(xs, {}, &zip_member::offset);
  auto limit = directory;
  for (auto i = xs.size(); i-- > 0;) {
    auto& x = xs[i];
    x.limit = limit;
    auto head = local_size + x.name.size();
    if (x.offset > limit || limit - x.offset < head
        || limit - x.offset - head < x.packed)
      refuse(x.name + " overlaps what follows it");
    limit = x.offset;
  }
  if (limit != 0)
    refuse(xs.empty() ? "there are bytes before its directory"
                      : "there are bytes before its first member");
}

} // namespace

std::string read_at(int fd, uint64_t offset, size_t length) {
  std::string result(length, '\0');
  auto found = size_t{0};
  while (found < length) {
    auto n = pread(fd, result.data() + found, length - found,
                   static_cast<off_t>(offset + found));
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      throw std::system_error{errno, std::generic_category(), "read"};
    if (n == 0)
      refuse("it ends too early");
    found += static_cast<size_t>(n);
  }
  return result;
}

std::vector<zip_member> read_directory(int fd, const zip_limits& limits) {
  auto at = read_end(fd, length_of(fd));
  if (at.members > limits.members)
    refuse("it has " + std::to_string(at.members) + " members; more than "
           + std::to_string(limits.members) + " are not read");
  if (at.offset > at.end || at.end - at.offset != at.size)
    refuse("its directory is not where its end says");
  if (at.members > at.size / central_size)
    refuse("its directory is too short for its members");
  std::vector<zip_member> result;
  auto content = uint64_t{0};
  window from{fd, at};
  for (auto i = uint64_t{0}; i < at.members; ++i) {
    result.push_back(read_member(from, limits));
    if (result.back().size > limits.content - content)
      refuse("its content is larger than " + std::to_string(limits.content)
             + " bytes");
    content += result.back().size;
  }
  if (!from.at_end())
    refuse("its directory has more members than its end says");
  check_places(result, at.offset);
  std::ranges::sort(result, {}, &zip_member::name);
  auto twice = std::ranges::adjacent_find(result, {}, &zip_member::name);
  if (twice != result.end())
    refuse("the name " + twice->name + " appears twice");
  return result;
}

} // namespace atalaya::odoo::zip

namespace atalaya::odoo {

bool is_member_name(std::string_view name) {
  return zip::why_not(name, zip_limits{}.name).empty();
}

} // namespace atalaya::odoo
