#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace atalaya {

/// Throws operation_failure, with the figures, unless the file system that
/// `folder` is on, or will be, has room for `bytes` more.
void require_room(const std::filesystem::path& folder, uint64_t bytes);

/// "1.5 GiB"
std::string human_size(uint64_t bytes);

} // namespace atalaya
