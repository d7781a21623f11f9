#pragma once

#include <string>

#include "actors/messages.hpp"

namespace atalaya {

/// What the file `name` in the folder open as `folder` tells of a backup: the
/// entity that was written beside it. Null where there is none, where it is
/// not one (strictly), is above 1 MiB, or is a symbolic link.
std::optional<backup> read_sidecar(int folder, const std::string& name);

/// `told` with all that the disk itself says taken from `seen`. Where the
/// size is another, the file has been replaced since, and what was known of
/// the content of the old one is dropped.
backup joined(backup told, const backup& seen);

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
