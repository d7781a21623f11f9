#include "store/secret.hpp"

#include <array>
#include <vector>

#include <sodium.h>

#include "store/sodium.hpp"

namespace atalaya::store {

namespace {

std::string hex(const unsigned char* bytes, size_t count) {
  std::string result(count * 2 + 1, '\0');
  sodium_bin2hex(result.data(), result.size(), bytes, count);
  result.pop_back();
  return result;
}

} // namespace

std::string make_secret() {
  ready_sodium();
  std::array<unsigned char, 32> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  constexpr auto variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string result(sodium_base64_ENCODED_LEN(bytes.size(), variant), '\0');
  sodium_bin2base64(result.data(), result.size(), bytes.data(), bytes.size(),
                    variant);
  result.pop_back();
  return result;
}

std::string make_id(size_t bytes) {
  ready_sodium();
  std::vector<unsigned char> random(bytes);
  randombytes_buf(random.data(), bytes);
  return hex(random.data(), bytes);
}

std::string fingerprint(std::string_view secret) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(),
                     reinterpret_cast<const unsigned char*>(secret.data()),
                     secret.size());
  return hex(hash.data(), hash.size());
}

} // namespace atalaya::store
