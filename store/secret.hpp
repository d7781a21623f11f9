#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace atalaya::store {

/// 32 random bytes as base64url: 43 characters nobody guesses.
std::string make_secret();

/// `bytes` random bytes as hex digits, to tell things apart by.
std::string make_id(size_t bytes);

/// What is kept of a secret: as long as a secret is random, its SHA-256 (64
/// hex digits) tells nothing about it, and looking it up leaks no time.
std::string fingerprint(std::string_view secret);

} // namespace atalaya::store
