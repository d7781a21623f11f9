#pragma once

#include <filesystem>
#include <string_view>

namespace atalaya::store {

/// Replaces `file` by one that holds `text`, mode 0600: whenever the machine
/// fails, the file is either the old or the new one, whole. The caller sees to
/// it that nobody else does the same at the same time. Throws `error`.
void replace_file(const std::filesystem::path& file, std::string_view text);

} // namespace atalaya::store
