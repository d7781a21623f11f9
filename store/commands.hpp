#pragma once

// What the command line does with users and tokens. Each answers the exit
// code: 0 done, 1 failed, 2 wrong use; what went wrong is one line on standard
// error, "atalaya: what: why; what to do". A server that runs on the same
// directory takes the change at once.

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace atalaya::store {

/// Adds a user; `role` is viewer, operator or admin. For the password see
/// `ask_password`.
int user_add(const std::filesystem::path& data, const std::string& name,
             const std::string& role, bool password_stdin);

/// Prints a line a user: name and role.
int user_list(const std::filesystem::path& data);

/// Removes a user and the user's tokens.
int user_remove(const std::filesystem::path& data, const std::string& name);

/// Gives a user a new password.
int user_password(const std::filesystem::path& data, const std::string& name,
                  bool password_stdin);

/// Prints the new token, alone, on standard output: it is shown this once.
int token_create(const std::filesystem::path& data, const std::string& user,
                 const std::string& label,
                 std::optional<std::chrono::seconds> lifetime);

/// Prints a line a token: id, user, created, expires ("never"), label.
int token_list(const std::filesystem::path& data);

int token_revoke(const std::filesystem::path& data, const std::string& id);

} // namespace atalaya::store
