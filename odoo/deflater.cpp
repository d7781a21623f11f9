#include "odoo/deflater.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>
#include <vector>

#include <isa-l/igzip_lib.h>
#include <libdeflate.h>
#include <zlib.h>

namespace atalaya::odoo {

namespace {

/// What is compressed at a time: far more than DEFLATE's window of 32 KiB, so
/// that forgetting it costs little.
constexpr auto chunk_size = size_t{1} << 20;

constexpr auto max_stored = size_t{65'535};

/// A stored block of no bytes but for its three leading bits; aligns.
constexpr auto empty_block = std::string_view{"\0\0\xff\xff", 4};

size_t stored_size(size_t length) {
  return length + 5 * ((length + max_stored - 1) / max_stored);
}

void append_stored(std::string_view data, std::string& out) {
  while (!data.empty()) {
    auto piece = data.substr(0, max_stored);
    auto length = static_cast<uint16_t>(piece.size());
    auto inverse = static_cast<uint16_t>(~length);
    out += '\0';
    for (auto x : {length, inverse}) {
      out += static_cast<char>(x & 0xff);
      out += static_cast<char>(x >> 8);
    }
    out += piece;
    data.remove_prefix(piece.size());
  }
}

uint8_t* bytes(std::string_view x) {
  // The libraries take no const, and only read.
  return reinterpret_cast<uint8_t*>(const_cast<char*>(x.data()));
}

} // namespace

struct deflater::engine {
  virtual ~engine() = default;

  /// Writes `data`, one chunk, as blocks to `out`; returns how long they are,
  /// 0 when they don't fit.
  virtual size_t pack(std::string_view data, std::string& out) = 0;
};

struct deflater::isal_engine : engine {
  explicit isal_engine(uint32_t level) {
    static constexpr std::array<uint32_t, 4> sizes{
      ISAL_DEF_LVL0_DEFAULT, ISAL_DEF_LVL1_DEFAULT, ISAL_DEF_LVL2_DEFAULT,
      ISAL_DEF_LVL3_DEFAULT};
    buffer.resize(sizes[level]);
    isal_deflate_init(&stream);
    stream.level = level;
    stream.level_buf = buffer.data();
    stream.level_buf_size = static_cast<uint32_t>(buffer.size());
    stream.flush = FULL_FLUSH;
  }

  size_t pack(std::string_view data, std::string& out) override {
    isal_deflate_reset(&stream);
    stream.next_in = bytes(data);
    stream.avail_in = static_cast<uint32_t>(data.size());
    stream.next_out = bytes(out);
    stream.avail_out = static_cast<uint32_t>(out.size());
    if (isal_deflate(&stream) != COMP_OK)
      throw std::runtime_error{"ISA-L refuses to compress"};
    auto whole = stream.avail_in == 0 && stream.avail_out > 0
                 && stream.internal_state.state == ZSTATE_NEW_HDR;
    return whole ? stream.total_out : 0;
  }

  isal_zstream stream;
  std::vector<uint8_t> buffer;
};

/// libdeflate makes whole streams only, so the mark of the last block is taken
/// away afterwards. Where that block begins is found by inflating, which costs
/// little beside this level and proves each chunk.
struct deflater::libdeflate_engine : engine {
  libdeflate_engine() : compressor(libdeflate_alloc_compressor(12)) {
    if (!compressor || inflateInit2(&inflater, -MAX_WBITS) != Z_OK) {
      libdeflate_free_compressor(compressor);
      throw std::bad_alloc{};
    }
  }

  ~libdeflate_engine() override {
    inflateEnd(&inflater);
    libdeflate_free_compressor(compressor);
  }

  size_t pack(std::string_view data, std::string& out) override {
    auto room = out.size() - empty_block.size() - 1;
    auto size = libdeflate_deflate_compress(compressor, data.data(),
                                            data.size(), out.data(), room);
    if (size == 0)
      return 0;
    auto unused = reopen(out.data(), size);
    if (unused < 3)
      out[size++] = '\0';
    empty_block.copy(out.data() + size, empty_block.size());
    return size + empty_block.size();
  }

  /// Makes the last block one of several; returns how many bits of the last
  /// byte are unused.
  int reopen(char* packed, size_t size) {
    inflateReset(&inflater);
    inflater.next_in = bytes({packed, size});
    inflater.avail_in = static_cast<uInt>(size);
    auto begins_at = size_t{0}; // In bits.
    auto unused = 0;
    auto result = Z_OK;
    while (result == Z_OK) {
      inflater.next_out = discarded.data();
      inflater.avail_out = static_cast<uInt>(discarded.size());
      result = inflate(&inflater, Z_BLOCK);
      // zlib stops behind each block, and says whether it was the last.
      if ((inflater.data_type & 128) == 0)
        continue;
      unused = inflater.data_type & 7;
      if ((inflater.data_type & 64) == 0)
        begins_at = 8 * inflater.total_in - static_cast<size_t>(unused);
    }
    if (result != Z_STREAM_END || inflater.avail_in != 0)
      throw std::runtime_error{"libdeflate made what zlib can't read"};
    auto& byte = packed[begins_at / 8];
    byte = static_cast<char>(byte & ~(1 << (begins_at % 8)));
    return unused;
  }

  libdeflate_compressor* compressor;
  z_stream inflater{};
  std::array<uint8_t, 65'536> discarded;
};

deflater::deflater(zip_level level) {
  if (level == zip_level::smallest)
    engine_ = std::make_unique<libdeflate_engine>();
  else
    engine_ = std::make_unique<isal_engine>(static_cast<uint32_t>(level));
}

deflater::~deflater() = default;

void deflater::append_blocks(std::string_view data, std::string& out) {
  while (!data.empty()) {
    auto piece = data.substr(0, chunk_size);
    auto limit = stored_size(piece.size());
    if (scratch_.size() < limit + 8)
      scratch_.resize(limit + 8);
    auto size = engine_->pack(piece, scratch_);
    if (size == 0 || size > limit)
      append_stored(piece, out);
    else
      out.append(scratch_, 0, size);
    data.remove_prefix(piece.size());
  }
}

std::string_view deflater::last_block() {
  return {"\x03\0", 2};
}

} // namespace atalaya::odoo
