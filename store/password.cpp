#include "store/password.hpp"

#include <algorithm>
#include <array>

#include <sodium.h>

#include "store/error.hpp"
#include "store/sodium.hpp"

namespace atalaya::store {

namespace {

constexpr unsigned long long passes = 2;
constexpr size_t memory = size_t{19'456} << 10;

size_t characters(std::string_view utf8) {
  auto begins = [](char c) { return (c & 0xC0) != 0x80; };
  return static_cast<size_t>(std::count_if(utf8.begin(), utf8.end(), begins));
}

} // namespace

void check_password(std::string_view password) {
  if (characters(password) < least_password)
    throw error{"password: shorter than 8 characters; choose a longer one"};
  if (password.size() > most_password)
    throw error{"password: longer than 1024 bytes; choose a shorter one"};
}

std::string hash_password(std::string_view password) {
  ready_sodium();
  std::array<char, crypto_pwhash_STRBYTES> result{};
  if (crypto_pwhash_str_alg(result.data(), password.data(), password.size(),
                            passes, memory, crypto_pwhash_ALG_ARGON2ID13)
      != 0)
    throw error{"password: no memory to hash it; end something and try again"};
  return result.data();
}

bool verify_password(const std::string& hash, std::string_view password) {
  ready_sodium();
  return crypto_pwhash_str_verify(hash.c_str(), password.data(),
                                  password.size())
         == 0;
}

const std::string& dummy_hash() {
  static const std::string hash
    = "$argon2id$v=19$m=19456,t=2,p=1$NEQL4x8Dz19PvC17BiOdpw$"
      "7JA8hmoNLUP+D5QBJeZmiyaVDX50p2Ci0BAOYOOrtpQ";
  return hash;
}

} // namespace atalaya::store
