#pragma once

#include <string>
#include <vector>

#include "odoo/zip_reader.hpp"

namespace atalaya::odoo::zip {

/// Reads `length` bytes at `offset`. Throws std::system_error, or
/// std::runtime_error where the file ends before.
std::string read_at(int fd, uint64_t offset, size_t length);

/// An unsigned number of sizeof(T) bytes, little-endian, at `offset`, which
/// must be inside.
template <class T>
T get(std::string_view bytes, size_t offset) {
  T result = 0;
  for (auto i = sizeof(T); i-- > 0;)
    result = static_cast<T>(result << 8
                            | static_cast<unsigned char>(bytes[offset + i]));
  return result;
}

/// The directory of the archive in `fd`, sorted by name and checked in all
/// that can be without the local headers. Throws as `zip_reader` says, without
/// the path.
std::vector<zip_member> read_directory(int fd, const zip_limits& limits);

} // namespace atalaya::odoo::zip
