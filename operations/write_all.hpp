#pragma once

#include <filesystem>
#include <string_view>

namespace atalaya {

/// Writes all of `bytes` to `fd`. Throws std::system_error with `path`.
void write_all(int fd, std::string_view bytes,
               const std::filesystem::path& path);

} // namespace atalaya
