#define CAF_SUITE store_password

#include "store/password.hpp"

#include "tests/store/refusal.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::store;

namespace {

/// "$argon2id$v=19$m=…,t=…,p=…$": all that its cost depends on.
std::string cost_of(const std::string& hash) {
  auto parameters = hash.find("$m=");
  return hash.substr(0, hash.find('$', parameters + 1) + 1);
}

} // namespace

CAF_TEST(a password is told from another by its hash) {
  auto hash = hash_password("correct horse");
  CAF_CHECK(verify_password(hash, "correct horse"));
  CAF_CHECK(!verify_password(hash, "correct horsf"));
  CAF_CHECK(!verify_password(hash, ""));
  CAF_CHECK(!verify_password("", "correct horse"));
}

CAF_TEST(a hash is salted and has the cost that was decided) {
  auto hash = hash_password("correct horse");
  CAF_CHECK_EQUAL(cost_of(hash), "$argon2id$v=19$m=19456,t=2,p=1$");
  CAF_CHECK_NOT_EQUAL(hash, hash_password("correct horse"));
}

CAF_TEST(the dummy costs as much as a real hash) {
  CAF_CHECK_EQUAL(cost_of(dummy_hash()), cost_of(hash_password("12345678")));
  CAF_CHECK_EQUAL(dummy_hash().size(), hash_password("12345678").size());
  CAF_CHECK(!verify_password(dummy_hash(), ""));
}

CAF_TEST(passwords have eight characters at least) {
  auto too_short = "password: shorter than 8 characters; choose a longer one";
  CAF_CHECK_EQUAL(refusal_of([] { check_password("1234567"); }), too_short);
  CAF_CHECK_EQUAL(refusal_of([] { check_password("ñññññññ"); }), too_short);
  CAF_CHECK_EQUAL(refusal_of([] { check_password("12345678"); }), "accepted");
  CAF_CHECK_EQUAL(refusal_of([] { check_password("ñññññññ8"); }), "accepted");
}

CAF_TEST(passwords have a kibibyte at most) {
  CAF_CHECK_EQUAL(refusal_of([] { check_password(std::string(1024, 'x')); }),
                  "accepted");
  CAF_CHECK_EQUAL(refusal_of([] { check_password(std::string(1025, 'x')); }),
                  "password: longer than 1024 bytes; choose a shorter one");
}
