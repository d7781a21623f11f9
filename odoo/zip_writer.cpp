#include "odoo/zip_writer.hpp"

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <isa-l/crc.h>
#include <unistd.h>

namespace atalaya::odoo {

namespace {

constexpr auto directory_part = size_t{1} << 20;

constexpr auto writeback_step = uint64_t{32} << 20;

/// From here on a content may have more than 32 bits of size when packed.
constexpr auto large_size = uint64_t{0xf000'0000};

uint32_t crc_of(uint32_t before, std::string_view data) {
  return crc32_gzip_refl(
    before, reinterpret_cast<const unsigned char*>(data.data()), data.size());
}

} // namespace

// -- zip_writer ---------------------------------------------------------------

zip_writer::zip_writer(int fd, std::filesystem::path path, zip_level level)
  : fd_(fd), path_(std::move(path)), level_(level) {
  // nop
}

zip_writer::~zip_writer() = default;

void zip_writer::add(std::string_view name, std::string_view content,
                     std::time_t time) {
  auto x = pack(content);
  x.blocks += deflater::last_block();
  auto shrinks = x.blocks.size() < content.size();
  if (!shrinks)
    x.blocks = content;
  add_packed(name, shrinks ? zip::method::deflated : zip::method::stored, x,
             time);
}

void zip_writer::add_packed(std::string_view name, zip::method how,
                            const packed_piece& content, std::time_t time) {
  zip::entry x{
    name,         how, zip::dos_time(time), content.crc, content.blocks.size(),
    content.size, 0};
  auto bytes = zip::local_header(x, content.size >= large_size);
  bytes += content.blocks;
  x.offset = reserve(bytes.size());
  write_at(x.offset, bytes);
  record(x);
}

packed_piece zip_writer::pack(std::string_view content) {
  packed_piece result;
  result.size = content.size();
  result.crc = crc_of(0, content);
  auto by = take_deflater();
  by->append_blocks(content, result.blocks);
  give_back(std::move(by));
  return result;
}

uint64_t zip_writer::finish() {
  std::unique_lock guard{mutex_};
  if (growing_)
    throw std::logic_error{"a member is still growing"};
  auto begin = end_;
  auto directory = std::move(directory_);
  auto members = members_;
  guard.unlock();
  if (spoilt_)
    throw std::runtime_error{path_.string()
                             + " can't be finished: a part of it is missing"};
  auto at = begin;
  for (const auto& part : directory) {
    write_at(at, part);
    at += part.size();
  }
  auto rest = zip::end_records(members, begin, at - begin);
  write_at(at, rest);
  return at + rest.size();
}

uint64_t zip_writer::begin_growing(uint64_t length) {
  std::unique_lock guard{mutex_};
  grown_.wait(guard, [this] { return !growing_; });
  growing_ = true;
  end_ += length;
  return end_ - length;
}

uint64_t zip_writer::grow(uint64_t length) {
  std::unique_lock guard{mutex_};
  end_ += length;
  return end_ - length;
}

void zip_writer::end_growing() {
  std::unique_lock guard{mutex_};
  growing_ = false;
  grown_.notify_all();
}

uint64_t zip_writer::reserve(uint64_t length) {
  std::unique_lock guard{mutex_};
  grown_.wait(guard, [this] { return !growing_; });
  end_ += length;
  return end_ - length;
}

void zip_writer::write_at(uint64_t offset, std::string_view bytes) {
  auto length = bytes.size();
  while (!bytes.empty()) {
    auto n = pwrite(fd_, bytes.data(), bytes.size(),
                    static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      auto code = n < 0 ? errno : EIO;
      spoil();
      throw std::system_error{code, std::generic_category(), path_.string()};
    }
    offset += static_cast<uint64_t>(n);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  begin_writeback(length);
}

void zip_writer::begin_writeback(uint64_t more) {
  if ((left_ += more) < writeback_step)
    return;
  left_ = 0;
  // Some file systems can't; then the sync does it all.
  sync_file_range(fd_, 0, 0, SYNC_FILE_RANGE_WRITE);
}

void zip_writer::record(const zip::entry& x) {
  std::string header;
  zip::append_central_header(x, header);
  std::unique_lock guard{mutex_};
  if (directory_.empty()
      || directory_.back().size() + header.size() > directory_part) {
    directory_.emplace_back();
    directory_.back().reserve(directory_part);
  }
  directory_.back() += header;
  ++members_;
}

std::unique_ptr<deflater> zip_writer::take_deflater() {
  std::unique_lock guard{mutex_};
  if (idle_.empty()) {
    guard.unlock();
    return std::make_unique<deflater>(level_);
  }
  auto result = std::move(idle_.back());
  idle_.pop_back();
  return result;
}

void zip_writer::give_back(std::unique_ptr<deflater> x) {
  std::unique_lock guard{mutex_};
  idle_.push_back(std::move(x));
}

// -- zip_stored ---------------------------------------------------------------

zip_stored::zip_stored(zip_writer& archive, std::string name, uint64_t size,
                       std::time_t time)
  : archive_(archive),
    name_(std::move(name)),
    size_(size),
    time_(zip::dos_time(time)),
    large_(size >= large_size) {
  zip::entry blank;
  blank.name = name_;
  auto header = zip::local_header(blank, large_).size();
  offset_ = archive_.reserve(header + size);
  at_ = offset_ + header;
}

zip_stored::~zip_stored() {
  if (!finished_)
    archive_.spoil();
}

void zip_stored::append(std::string_view piece) {
  if (piece.size() > size_ - written_)
    throw std::logic_error{name_ + " is longer than was said"};
  crc_ = crc_of(crc_, piece);
  archive_.write_at(at_, piece);
  at_ += piece.size();
  written_ += piece.size();
}

uint32_t zip_stored::finish() {
  if (written_ != size_)
    throw std::logic_error{name_ + " is shorter than was said"};
  zip::entry x{name_, zip::method::stored, time_, crc_, size_, size_, offset_};
  archive_.write_at(offset_, zip::local_header(x, large_));
  archive_.record(x);
  finished_ = true;
  return crc_;
}

} // namespace atalaya::odoo
