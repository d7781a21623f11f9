#include "odoo/zip_reader.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <system_error>

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include "odoo/zip_directory.hpp"

namespace atalaya::odoo {

namespace {

constexpr auto piece_size = size_t{256} << 10;

[[noreturn]] void refuse(const zip_member& x, std::string_view why) {
  throw std::runtime_error{x.name + " " + std::string{why}};
}

std::string
read_of(const zip_member& x, int fd, uint64_t offset, size_t length) {
  try {
    return zip::read_at(fd, offset, length);
  } catch (const std::system_error& e) {
    throw std::system_error{e.code(), x.name};
  } catch (const std::runtime_error&) {
    refuse(x, "is cut short: the archive ends before it");
  }
}

/// Takes the content, and compares at the end.
class checked_sink {
public:
  checked_sink(const zip_member& x,
               const std::function<void(std::string_view)>& to)
    : member_(x), to_(to) {
    // nop
  }

  void put(std::string_view piece) {
    if (piece.size() > member_.size - size_)
      refuse(member_, "holds more than it says");
    size_ += piece.size();
    crc_ = crc32_gzip_refl(
      crc_, reinterpret_cast<const unsigned char*>(piece.data()), piece.size());
    if (!piece.empty())
      to_(piece);
  }

  void finish() const {
    if (size_ != member_.size)
      refuse(member_, "holds less than it says");
    if (crc_ != member_.crc)
      refuse(member_, "is damaged: its CRC doesn't fit");
  }

private:
  const zip_member& member_;
  const std::function<void(std::string_view)>& to_;
  uint64_t size_ = 0;
  uint32_t crc_ = 0;
};

/// Undoes DEFLATE piece by piece.
class inflater {
public:
  explicit inflater(const zip_member& x)
    : member_(x), state_(std::make_unique<inflate_state>()) {
    isal_inflate_init(state_.get());
  }

  void put(std::string_view piece, checked_sink& to) {
    state_->next_in = reinterpret_cast<uint8_t*>(
      const_cast<char*>(piece.data())); // Only read.
    state_->avail_in = static_cast<uint32_t>(piece.size());
    do {
      if (state_->block_state == ISAL_BLOCK_FINISH)
        break;
      state_->next_out = reinterpret_cast<uint8_t*>(out_.data());
      state_->avail_out = static_cast<uint32_t>(out_.size());
      if (isal_inflate(state_.get()) != ISAL_DECOMP_OK)
        refuse(member_, "is damaged: it can't be inflated");
      to.put(std::string_view{out_}.substr(0, out_.size() - state_->avail_out));
      // A full output may leave some that needs no more input.
    } while (state_->avail_in > 0 || state_->avail_out == 0);
  }

  void finish() const {
    if (state_->block_state != ISAL_BLOCK_FINISH)
      refuse(member_, "is cut short");
    // Whole bytes that ISA-L took in advance count as left.
    if (state_->avail_in > 0 || state_->read_in_length >= 8)
      refuse(member_, "has bytes behind its end");
  }

  bool has_ended() const {
    return state_->block_state == ISAL_BLOCK_FINISH;
  }

private:
  const zip_member& member_;
  std::unique_ptr<inflate_state> state_;
  std::string out_ = std::string(piece_size, '\0');
};

} // namespace

zip_reader::zip_reader(int fd, std::filesystem::path path,
                       const zip_limits& limits)
  : fd_(fd), path_(std::move(path)) {
  try {
    members_ = zip::read_directory(fd, limits);
  } catch (const std::system_error& e) {
    throw std::system_error{e.code(), path_.string()};
  } catch (const std::runtime_error& e) {
    throw std::runtime_error{path_.string() + ": " + e.what()};
  }
}

const zip_member* zip_reader::member(std::string_view name) const {
  auto i = std::ranges::lower_bound(
    members_, name, {}, [](const auto& x) { return std::string_view{x.name}; });
  return i != members_.end() && i->name == name ? &*i : nullptr;
}

uint64_t zip_reader::content_of(const zip_member& x) const {
  using zip::get;
  auto head = read_of(x, fd_, x.offset, zip::local_size + x.name.size());
  auto extra = get<uint16_t>(head, 28);
  if (get<uint32_t>(head, 0) != zip::local_signature
      || get<uint16_t>(head, 26) != x.name.size()
      || head.substr(zip::local_size) != x.name
      || get<uint16_t>(head, 8) != static_cast<uint16_t>(x.method)
      || (get<uint16_t>(head, 6) & 1) != 0)
    refuse(x, "has a header that contradicts the directory");
  auto contradicts = [](uint32_t here, uint64_t there) {
    return here != zip::in_zip64_32 && here != there;
  };
  if (!x.described_later
      && (get<uint32_t>(head, 14) != x.crc
          || contradicts(get<uint32_t>(head, 18), x.packed)
          || contradicts(get<uint32_t>(head, 22), x.size)))
    refuse(x, "has a header that contradicts the directory");
  auto result = x.offset + head.size() + extra;
  if (result > x.limit || x.limit - result < x.packed)
    refuse(x, "overlaps what follows it");
  return result;
}

void zip_reader::read(const zip_member& x,
                      const std::function<void(std::string_view)>& sink) const {
  auto at = content_of(x);
  auto left = x.packed;
  checked_sink out{x, sink};
  std::unique_ptr<inflater> by;
  if (x.method == zip::method::deflated)
    by = std::make_unique<inflater>(x);
  while (left > 0) {
    auto n = static_cast<size_t>(std::min<uint64_t>(left, piece_size));
    auto piece = read_of(x, fd_, at, n);
    at += n;
    left -= n;
    if (!by) {
      out.put(piece);
      continue;
    }
    if (by->has_ended())
      refuse(x, "has bytes behind its end");
    by->put(piece, out);
  }
  if (by)
    by->finish();
  out.finish();
}

} // namespace atalaya::odoo
