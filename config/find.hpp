#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace atalaya::config {

/// Which file to load: `option` (of --config) where it is not empty, else
/// $ATALAYA_CONFIG, else /etc/atalaya/atalaya.toml where that exists. Nothing:
/// the built-in defaults hold. A file that was named need not exist: `load`
/// says so.
std::optional<std::filesystem::path>
find_file(const std::string& option,
          const std::filesystem::path& usual = "/etc/atalaya/atalaya.toml");

} // namespace atalaya::config
