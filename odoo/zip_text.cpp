#include <future>
#include <mutex>

#include <zlib.h>

#include "odoo/work_together.hpp"
#include "odoo/zip_writer.hpp"

namespace atalaya::odoo {

namespace {

/// What one thread takes of a large piece.
constexpr auto share_size = size_t{1} << 20;

} // namespace

zip_text::zip_text(zip_writer& archive, std::string name, std::time_t time)
  : archive_(archive), name_(std::move(name)), time_(zip::dos_time(time)) {
  zip::entry blank;
  blank.name = name_;
  auto header = zip::local_header(blank, true).size();
  offset_ = archive_.begin_growing(header);
}

zip_text::~zip_text() {
  if (finished_)
    return;
  archive_.spoil();
  archive_.end_growing();
}

void zip_text::append(std::string_view piece) {
  auto x = archive_.pack(piece);
  std::unique_lock guard{turn_};
  auto at = place(x);
  guard.unlock();
  archive_.write_at(at, x.blocks);
}

uint64_t zip_text::place(const packed_piece& x) {
  crc_ = static_cast<uint32_t>(
    crc32_combine(crc_, x.crc, static_cast<z_off_t>(x.size)));
  size_ += x.size;
  packed_ += x.blocks.size();
  return archive_.grow(x.blocks.size());
}

packed_piece zip_text::finish() {
  std::unique_lock guard{turn_};
  auto last = deflater::last_block();
  archive_.write_at(archive_.grow(last.size()), last);
  packed_ += last.size();
  zip::entry x{name_,  zip::method::deflated, time_, crc_, packed_, size_,
               offset_};
  archive_.write_at(offset_, zip::local_header(x, true));
  archive_.record(x);
  finished_ = true;
  archive_.end_growing();
  return {{}, crc_, size_};
}

zip_text::hold::hold(zip_text& text) : text_(text), turn_(text.turn_) {
  // nop
}

void zip_text::hold::append(std::string_view piece) {
  auto& archive = text_.archive_;
  while (!piece.empty()) {
    auto own = piece.substr(0, share_size);
    piece.remove_prefix(own.size());
    std::vector<std::future<packed_piece>> others;
    while (!piece.empty() && others.size() + 1 < archive_threads()) {
      auto share = piece.substr(0, share_size);
      piece.remove_prefix(share.size());
      others.push_back(std::async(
        std::launch::async, [&archive, share] { return archive.pack(share); }));
    }
    auto x = archive.pack(own);
    archive.write_at(text_.place(x), x.blocks);
    for (auto& other : others) {
      x = other.get();
      archive.write_at(text_.place(x), x.blocks);
    }
  }
}

} // namespace atalaya::odoo
