#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace atalaya::net::web {

/// Neighbouring bytes of something.
struct byte_range {
  uint64_t offset = 0;
  uint64_t length = 0;
  bool operator==(const byte_range&) const = default;
};

/// What the header `Range` asks of something that is `size` bytes long.
struct range_wish {
  /// All of it where this is null: no range, several, or none that is one (RFC
  /// 9110, 14.2).
  std::optional<byte_range> part;
  /// The range begins behind the end: 416.
  bool beyond = false;
};

range_wish read_range(std::string_view header, uint64_t size);

} // namespace atalaya::net::web
