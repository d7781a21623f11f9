#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace atalaya::net {

/// A version of the Engine API, "1.41". Versions are not numbers with a
/// fraction: 1.9 is older than 1.41.
struct api_version {
  unsigned major = 0;
  unsigned minor = 0;
  auto operator<=>(const api_version&) const = default;
};

/// The newest that Atalaya speaks.
inline constexpr api_version newest_api{1, 51};

/// Older engines than this are of before 2016.
inline constexpr api_version oldest_api{1, 24};

std::string to_string(api_version x);

/// The version to speak with an engine whose newest is `theirs`, as its answer
/// to /_ping says it (facts/engine-backups-security.md B). Throws engine_error
/// where there is none.
api_version negotiate(std::string_view theirs);

} // namespace atalaya::net
