#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace atalaya::odoo {

/// A hash over content that comes in pieces, by libcrypto. Not thread safe.
class digest {
public:
  enum class algorithm : uint8_t { sha1, sha256 };

  /// Throws std::runtime_error where libcrypto doesn't offer the algorithm.
  explicit digest(algorithm x);

  ~digest();

  void update(std::string_view piece);

  /// Returns the hash in lower-case hex, and begins anew.
  std::string hex();

private:
  void begin();

  struct deleter {
    void operator()(evp_md_ctx_st* x) const;
  };

  algorithm algorithm_;
  std::unique_ptr<evp_md_ctx_st, deleter> context_;
};

} // namespace atalaya::odoo
