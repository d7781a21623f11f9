#pragma once

#include <string>
#include <string_view>

namespace atalaya::store {

/// Fewest characters and most bytes of a password.
constexpr size_t least_password = 8;
constexpr size_t most_password = 1024;

/// Throws `error` unless the length of `password` (UTF-8) is acceptable.
void check_password(std::string_view password);

/// Argon2id with m = 19,456 KiB, t = 2, p = 1 (facts/engine-backups-security.md
/// D): takes about 30 ms, on the calling thread. Throws `error` when there is
/// no memory for it.
std::string hash_password(std::string_view password);

/// Whether `hash` was made of `password`; takes as long as making one.
bool verify_password(const std::string& hash, std::string_view password);

/// A hash of the same cost that no password has: verified in place of the hash
/// of a user that there isn't, so that the time tells nobody which there are.
const std::string& dummy_hash();

} // namespace atalaya::store
