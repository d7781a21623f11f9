#pragma once

#include <string>
#include <string_view>

#include "store/users.hpp"

namespace atalaya::store {

/// The text of users.toml.
std::string write_users(const users& x);

/// Strict: an unknown key, a missing or twice used name, an unknown role, a
/// token of nobody are an `error` that begins with "FILE:LINE:COLUMN: ".
users parse_users(std::string_view text, const std::string& file);

} // namespace atalaya::store
