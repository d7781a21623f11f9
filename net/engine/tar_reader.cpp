#include "net/engine/tar_reader.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "net/engine/error.hpp"
#include "net/engine/tar_header.hpp"

namespace atalaya::net {

namespace {

constexpr uint64_t record_limit = 64 * 1024;

[[noreturn]] void refuse(const char* why) {
  throw engine_error{engine_fault::protocol,
                     std::string{"engine: its archive is not a tar: "} + why};
}

uint64_t padded(uint64_t size) {
  return (size + tar_block - 1) / tar_block * tar_block;
}

uint64_t decimal(std::string_view text) {
  uint64_t result = 0;
  auto end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, result);
  if (read.ec != std::errc{} || read.ptr != end)
    refuse("a number in a pax record is wrong");
  return result;
}

} // namespace

void tar_reader::feed(std::string_view bytes) {
  text_.erase(0, begin_);
  begin_ = 0;
  text_ += bytes;
}

bool tar_reader::skip() {
  auto n = std::min<uint64_t>(remaining_ + padding_, unread().size());
  begin_ += n;
  auto data = std::min(n, remaining_);
  remaining_ -= data;
  padding_ -= n - data;
  return remaining_ + padding_ == 0;
}

std::optional<tar_entry> tar_reader::next() {
  while (!done_ && skip() && unread().size() >= tar_block) {
    auto before = begin_;
    if (auto result = member())
      return result;
    if (begin_ == before)
      break;
  }
  return std::nullopt;
}

/// One header; null where it was a record about the next, or is not whole.
std::optional<tar_entry> tar_reader::member() {
  auto block = unread().substr(0, tar_block);
  if (block.find_first_not_of('\0') == block.npos) {
    done_ = true;
    return std::nullopt;
  }
  char type = 0;
  auto result = read_tar_header(block, type);
  if (type == 'x' || type == 'g' || type == 'L' || type == 'K') {
    record(type, result.size);
    return std::nullopt;
  }
  begin_ += tar_block;
  result.name = std::exchange(name_, {}).value_or(result.name);
  result.link = std::exchange(link_, {}).value_or(result.link);
  result.size = std::exchange(size_, {}).value_or(result.size);
  // Only files have data, whatever a link's header says of its size.
  if (result.type != tar_entry::kind::file
      && result.type != tar_entry::kind::other)
    result.size = 0;
  if (result.size > static_cast<uint64_t>(INT64_MAX))
    refuse("a size is out of range");
  remaining_ = result.size;
  padding_ = padded(remaining_) - remaining_;
  return result;
}

/// Reads a record with its data, or leaves both until the data is there.
bool tar_reader::record(char type, uint64_t size) {
  if (size > record_limit)
    refuse("a record has more than 64 KiB");
  if (unread().size() < tar_block + padded(size))
    return false;
  auto text = unread().substr(tar_block, size);
  auto name = std::string{text.substr(0, text.find('\0'))};
  if (type == 'L')
    name_ = name;
  else if (type == 'K')
    link_ = name;
  else if (type == 'x')
    pax(text);
  begin_ += tar_block + padded(size);
  return true;
}

/// "30 path=some/where\n": its own length, a key, a value.
void tar_reader::pax(std::string_view records) {
  while (!records.empty()) {
    auto space = records.find(' ');
    auto length = decimal(records.substr(0, space));
    if (length <= space + 1 || length > records.size())
      refuse("the length of a pax record is wrong");
    auto line = records.substr(space + 1, length - space - 2);
    auto key = line.substr(0, line.find('='));
    auto value = line.substr(std::min(key.size() + 1, line.size()));
    if (key == "path")
      name_ = value;
    else if (key == "linkpath")
      link_ = value;
    else if (key == "size")
      size_ = decimal(value);
    records.remove_prefix(length);
  }
}

std::string tar_reader::data() {
  auto n = std::min<uint64_t>(remaining_, unread().size());
  std::string result{unread().substr(0, n)};
  begin_ += n;
  remaining_ -= n;
  return result;
}

} // namespace atalaya::net
