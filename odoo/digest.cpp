#include "odoo/digest.hpp"

#include <array>
#include <stdexcept>

#include <openssl/evp.h>

namespace atalaya::odoo {

namespace {

void check(int ok) {
  if (ok != 1)
    throw std::runtime_error{"libcrypto refuses to hash; does its "
                             "configuration leave SHA-1 or SHA-256 out?"};
}

} // namespace

void digest::deleter::operator()(evp_md_ctx_st* x) const {
  EVP_MD_CTX_free(x);
}

digest::digest(algorithm x) : algorithm_(x), context_(EVP_MD_CTX_new()) {
  check(context_ ? 1 : 0);
  begin();
}

digest::~digest() = default;

void digest::begin() {
  auto type = algorithm_ == algorithm::sha1 ? EVP_sha1() : EVP_sha256();
  // Without a type it starts again with the one it has, and looks nothing up.
  auto again = EVP_MD_CTX_get0_md(context_.get()) != nullptr;
  check(EVP_DigestInit_ex(context_.get(), again ? nullptr : type, nullptr));
}

void digest::update(std::string_view piece) {
  check(EVP_DigestUpdate(context_.get(), piece.data(), piece.size()));
}

std::string digest::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw;
  unsigned length = 0;
  check(EVP_DigestFinal_ex(context_.get(), raw.data(), &length));
  begin();
  std::string result;
  for (auto i = 0u; i < length; ++i) {
    result += "0123456789abcdef"[raw[i] >> 4];
    result += "0123456789abcdef"[raw[i] & 15];
  }
  return result;
}

} // namespace atalaya::odoo
