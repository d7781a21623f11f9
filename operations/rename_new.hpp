#pragma once

#include <string>

namespace atalaya {

enum class rename_support : uint8_t { flags, links, none };

/// Gives the file `from` the name `to` in the same folder, where nothing has
/// it. Throws std::system_error with errc::file_exists otherwise, and what else
/// keeps it from being done. NFS knows no such rename, FUSE often no links
/// either; then the name is looked for just before. `support` is what the file
/// system is taken to know at most.
void rename_new(int folder, const std::string& from, const std::string& to,
                rename_support support = rename_support::flags);

} // namespace atalaya
