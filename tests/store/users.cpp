#define CAF_SUITE store_users

#include "store/users.hpp"

#include "store/error.hpp"
#include "store/secret.hpp"
#include "tests/store/refusal.hpp"
#include "tests/store/samples.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace std::chrono_literals;

namespace {

store::users two_users() {
  store::users result;
  store::add_user(result, {"ana", role::admin, "$argon2id$a"});
  store::add_user(result, {"bo", role::viewer, "$argon2id$b"});
  return result;
}

} // namespace

CAF_TEST(user names are plain and not too long) {
  CAF_CHECK(store::is_user_name("Ana.B_c-1@example.com"));
  CAF_CHECK(store::is_user_name(std::string(64, 'a')));
  CAF_CHECK(!store::is_user_name(std::string(65, 'a')));
  for (auto text : {"", "a b", "ñ", "a/b", "a\n", "a\"", "$(id)"})
    CAF_CHECK_EQUAL(store::is_user_name(text), false);
}

CAF_TEST(a user is found by the exact name) {
  auto x = two_users();
  CAF_REQUIRE(store::find_user(x, "ana"));
  CAF_CHECK(store::find_user(x, "ana")->role == role::admin);
  CAF_CHECK(!store::find_user(x, "Ana"));
  CAF_CHECK(!store::find_user(x, ""));
}

CAF_TEST(a name is given once) {
  auto x = two_users();
  CAF_CHECK_EQUAL(refusal_of([&] { store::add_user(x, {"bo", {}, ""}); }),
                  "user bo: there is one already; remove it first, or give it "
                  "a new password with atalaya user password");
  CAF_CHECK(x == two_users());
}

CAF_TEST(a name that can be none is wrong use) {
  auto x = two_users();
  auto what = std::string{};
  try {
    store::add_user(x, {"b o", {}, ""});
  } catch (const store::wrong_use& e) {
    what = e.what();
  }
  CAF_CHECK_EQUAL(what, "user \"b o\": no name for a user; write 1 to 64 of "
                        "the characters A-Z, a-z, 0-9, ., _, @ and -");
}

CAF_TEST(a user goes with the tokens) {
  auto x = two_users();
  store::create_token(x, "ana", "x", day_zero, std::nullopt);
  auto kept = store::create_token(x, "bo", "y", day_zero, std::nullopt);
  store::remove_user(x, "ana");
  CAF_REQUIRE_EQUAL(x.members.size(), 1u);
  CAF_CHECK_EQUAL(x.members[0].name, "bo");
  CAF_CHECK(x.tokens == std::vector{kept.token});
}

CAF_TEST(nobody can be changed that is not there) {
  auto x = two_users();
  auto none = "user cy: there is none of this name; see atalaya user list";
  CAF_CHECK_EQUAL(refusal_of([&] { store::remove_user(x, "cy"); }), none);
  CAF_CHECK_EQUAL(refusal_of([&] { store::set_password(x, "cy", ""); }), none);
  CAF_CHECK_EQUAL(
    refusal_of([&] { store::create_token(x, "cy", "x", day_zero, {}); }), none);
  CAF_CHECK(x == two_users());
}

CAF_TEST(a password is set for one) {
  auto x = two_users();
  store::set_password(x, "bo", "$argon2id$new");
  CAF_CHECK_EQUAL(x.members[0].password, "$argon2id$a");
  CAF_CHECK_EQUAL(x.members[1].password, "$argon2id$new");
}

CAF_TEST(a token keeps the hash of its text only) {
  auto x = two_users();
  auto issued = store::create_token(x, "bo", "a \"b\"", day_zero, 24h);
  CAF_CHECK(issued.text.starts_with("atl_"));
  CAF_CHECK_EQUAL(issued.text.size(), 47u);
  CAF_CHECK_EQUAL(issued.token.sha256, store::fingerprint(issued.text));
  CAF_CHECK_EQUAL(issued.token.user, "bo");
  CAF_CHECK_EQUAL(issued.token.label, "a \"b\"");
  CAF_CHECK(issued.token.created == day_zero);
  CAF_CHECK(issued.token.expires == day_zero + 24h);
  CAF_CHECK(x.tokens == std::vector{issued.token});
}

CAF_TEST(two tokens have nothing in common) {
  auto x = two_users();
  auto a = store::create_token(x, "bo", "x", day_zero, {});
  auto b = store::create_token(x, "bo", "x", day_zero, {});
  CAF_CHECK_NOT_EQUAL(a.text, b.text);
  CAF_CHECK_NOT_EQUAL(a.token.id, b.token.id);
}

CAF_TEST(a label is one readable line) {
  auto x = two_users();
  for (auto& label : {std::string{}, std::string(101, 'a'), std::string{"\n"}})
    CAF_CHECK_EQUAL(
      refusal_of([&] { store::create_token(x, "bo", label, day_zero, {}); }),
      "token: its label is empty, long or has control "
      "characters; write 1 to 100 bytes");
}

CAF_TEST(a token is revoked by its id) {
  auto x = two_users();
  auto a = store::create_token(x, "bo", "x", day_zero, {});
  auto b = store::create_token(x, "bo", "x", day_zero, {});
  CAF_CHECK(store::revoke_token(x, a.token.id) == a.token);
  CAF_CHECK(x.tokens == std::vector{b.token});
  CAF_CHECK_EQUAL(refusal_of([&] { store::revoke_token(x, "0000"); }),
                  "token 0000: there is none of this id; see atalaya token "
                  "list");
}

CAF_TEST(a fingerprint is a hash in hex) {
  CAF_CHECK_EQUAL(
    store::fingerprint("abc"),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
