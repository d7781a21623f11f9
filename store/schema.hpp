#pragma once

#include <span>
#include <string_view>

#include "store/sqlite.hpp"

namespace atalaya::store {

/// The scripts that made history.db what it is: the first makes version 1 out
/// of an empty file, the next version 2 out of version 1, and so on. A script
/// that was released is never changed again.
std::span<const char* const> history_migrations();

/// Brings `db` from the version in its `user_version` to that of the last
/// script, each in a transaction of its own. Throws `error` where a newer
/// Atalaya wrote the file.
void migrate(connection& db,
             std::span<const char* const> scripts = history_migrations());

} // namespace atalaya::store
