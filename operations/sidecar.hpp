#pragma once

#include <string>

#include "actors/messages.hpp"

struct stat;

namespace atalaya {

/// What the file `name` in the folder open as `folder` tells of a backup: the
/// entity that was written beside it. Null where there is none, where it is
/// not one (strictly), is above 1 MiB, or is a symbolic link.
std::optional<backup> read_sidecar(int folder, const std::string& name);

/// When a file was last written to.
timestamp modified_at(const struct stat& info);

/// `told` with all that the disk itself says taken from `seen`. Where the
/// size is another, the file has been replaced since, and what was known of
/// the content of the old one is dropped.
/// A file that was written to after its proof is proved no more.
backup joined(backup told, const backup& seen, timestamp modified);

/// What the sidecar `name` is called while it is written. Hidden: a listing
/// never takes it for anything.
std::string unfinished_sidecar(const std::string& name);

/// Writes `x` beside a backup, whole or not at all; on disk when this returns.
/// Throws std::system_error.
void write_sidecar(int folder, const std::string& name, const backup& x);

/// Changes what the sidecar of a backup tells, and returns what it tells then;
/// makes one where there is none. Throws std::system_error, `ENOENT` where the
/// backup itself is gone.
backup change_sidecar(const backup_place& of, const backup_change& change);

} // namespace atalaya
