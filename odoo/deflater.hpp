#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace atalaya::odoo {

/// How hard to compress. The first four are ISA-L's levels 0 to 3, hundreds of
/// MB a second on a core; `smallest` is libdeflate's level 12, about 8 MB a
/// second: 2 to 8 % smaller than zlib's level 9, for up to four times its CPU
/// (benchmarks/archive.cpp).
enum class zip_level : uint8_t { fastest, fast, balanced, small, smallest };

/// Compresses to raw DEFLATE (RFC 1951) in parts that can be put behind each
/// other. One thread at a time; holds 1 to 4 MiB.
class deflater {
public:
  explicit deflater(zip_level level);

  ~deflater();

  /// Appends `data` as whole blocks to `out`: they begin and end at a byte,
  /// refer to nothing before them, and none is the last. At most five bytes
  /// in 65,535 are added to what doesn't shrink.
  void append_blocks(std::string_view data, std::string& out);

  /// The last block, which is empty: what follows all others.
  static std::string_view last_block();

private:
  struct engine;
  struct isal_engine;
  struct libdeflate_engine;

  std::unique_ptr<engine> engine_;
  std::string scratch_;
};

} // namespace atalaya::odoo
