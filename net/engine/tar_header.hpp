#pragma once

#include <string_view>

#include "net/engine/tar_reader.hpp"

namespace atalaya::net {

inline constexpr size_t tar_block = 512;

/// Reads one header; `type` gets its type byte. Throws engine_error when its
/// checksum is wrong.
tar_entry read_tar_header(std::string_view block, char& type);

} // namespace atalaya::net
