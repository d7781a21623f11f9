#pragma once

#include <filesystem>
#include <functional>

#include "store/users.hpp"

namespace atalaya::store {

/// Reads users.toml; nobody where there is no such file. Throws `error`, with
/// line and column, for anything in it that is not as `edit_users` writes it.
users read_users(const std::filesystem::path& file);

/// Reads the file, lets `change` have it and writes it back, all under a lock
/// of its own (`users.lock`): changes made at the same time are all kept. When
/// `change` throws, the file stays as it is.
void edit_users(const std::filesystem::path& file,
                const std::function<void(users&)>& change);

} // namespace atalaya::store
