#pragma once

// Who may sign in. A value, and functions that change it or throw `error`;
// nothing here touches a file (see store/users_file.hpp).

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "actors/entities.hpp"

namespace atalaya::store {

struct user {
  std::string name;
  enum role role = role::viewer;
  std::string password; ///< Argon2id, in libsodium's text form.
  bool operator==(const user&) const = default;
};

/// A right to act as its user without a password, for programs.
struct token {
  std::string id; ///< Told to everybody; what `token revoke` takes.
  std::string user;
  std::string label;
  std::string sha256; ///< The `fingerprint` of the token's text.
  timestamp created;
  std::optional<timestamp> expires; ///< None: never.
  bool operator==(const token&) const = default;
};

struct users {
  std::vector<user> members;
  std::vector<token> tokens;
  bool operator==(const users&) const = default;
};

/// [A-Za-z0-9._@-]{1,64}
bool is_user_name(std::string_view text);

/// 1 to 100 bytes without control characters.
bool is_label(std::string_view text);

/// Null where there is none.
const user* find_user(const users& in, std::string_view name);

/// Throws where the name is taken or can't be one.
void add_user(users& to, user x);

/// Takes the user's tokens away too. Throws where there is no such user.
void remove_user(users& from, std::string_view name);

/// Throws where there is no such user.
void set_password(users& in, std::string_view name, std::string hash);

/// A new token, and its text, which is nowhere kept.
struct issued_token {
  struct token token;
  std::string text; ///< "atl_…"
};

/// Throws where there is no such user or the label is none.
issued_token create_token(users& in, const std::string& user,
                          const std::string& label, timestamp now,
                          std::optional<std::chrono::seconds> lifetime);

/// Throws where there is no such token.
token revoke_token(users& in, std::string_view id);

} // namespace atalaya::store
