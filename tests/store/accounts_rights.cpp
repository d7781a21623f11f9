#define CAF_SUITE store_accounts_rights

#include "store/accounts.hpp"

#include "tests/store/accounts_fixture.hpp"
#include "tests/store/refusal.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using std::chrono::days;

CAF_TEST_FIXTURE_SCOPE(accounts_rights_tests, accounts_fixture)

CAF_TEST(a session outlives a restart of the server) {
  auto x = login("ana");
  stop();
  begin();
  CAF_CHECK(valid(x.secret));
}

CAF_TEST(a password that was changed while the server was away counts) {
  auto x = login("ana");
  auto y = login("bo");
  stop();
  edit([](store::users& in) { store::set_password(in, "ana", "$argon2id$n"); });
  begin();
  CAF_CHECK(!valid(x.secret));
  CAF_CHECK(valid(y.secret));
}

CAF_TEST(logging out ends the session and its sockets alone) {
  auto x = login("ana");
  auto y = login("ana");
  auto socket = open_socket(x.who);
  auto other = open_socket(y.who);
  logout(x.secret);
  CAF_CHECK(!valid(x.secret));
  CAF_CHECK(valid(y.secret));
  CAF_CHECK_EQUAL(end_of(socket), "unauthenticated: signed out; sign in again");
  CAF_CHECK_EQUAL(end_of(other), "");
  logout("never was");
  CAF_CHECK(!err);
}

CAF_TEST(changing the password ends what the user had open) {
  auto x = login("ana");
  auto y = login("bo");
  auto token = token_for("ana", std::nullopt);
  auto socket = open_socket(x.who);
  auto by_token = open_socket(check(token.text, true));
  edit_and_reload(
    [](store::users& in) { store::set_password(in, "ana", "$argon2id$n"); });
  CAF_CHECK(!valid(x.secret));
  CAF_CHECK_EQUAL(end_of(socket), withdrawn);
  CAF_CHECK_EQUAL(end_of(by_token), withdrawn);
  CAF_CHECK(valid(token.text, true));
  CAF_CHECK(valid(y.secret));
}

CAF_TEST(changing the role ends what the user had open) {
  auto x = login("bo");
  auto socket = open_socket(x.who);
  edit_and_reload(
    [](store::users& in) { in.members[1].role = role::operator_; });
  CAF_CHECK(!valid(x.secret));
  CAF_CHECK_EQUAL(end_of(socket), withdrawn);
  CAF_CHECK(login("bo").who.role == role::operator_);
}

CAF_TEST(removing a user ends everything of the user) {
  auto x = login("bo");
  auto token = token_for("bo", std::nullopt);
  auto socket = open_socket(x.who);
  auto by_token = open_socket(check(token.text, true));
  edit_and_reload([](store::users& in) { store::remove_user(in, "bo"); });
  CAF_CHECK(!valid(x.secret));
  CAF_CHECK(!valid(token.text, true));
  CAF_CHECK_EQUAL(end_of(socket), withdrawn);
  CAF_CHECK_EQUAL(end_of(by_token), withdrawn);
}

CAF_TEST(a change of somebody else ends nothing) {
  auto x = login("ana");
  auto socket = open_socket(x.who);
  edit_and_reload([](store::users& in) { store::remove_user(in, "bo"); });
  CAF_CHECK(valid(x.secret));
  CAF_CHECK_EQUAL(end_of(socket), "");
}

CAF_TEST(a token is good until it is revoked) {
  auto token = token_for("bo", std::nullopt);
  auto who = check(token.text, true);
  CAF_CHECK(!err);
  CAF_CHECK_EQUAL(who, (principal{"bo", role::viewer, token.token.id}));
  auto socket = open_socket(who);
  edit_and_reload(
    [&](store::users& in) { store::revoke_token(in, token.token.id); });
  CAF_CHECK(!valid(token.text, true));
  CAF_CHECK_EQUAL(end_of(socket), withdrawn);
}

CAF_TEST(a token is not a cookie) {
  auto token = token_for("bo", std::nullopt);
  CAF_CHECK(!valid(token.text, false));
  CAF_CHECK(!valid(token.token.sha256, true));
}

CAF_TEST(a token expires and ends its sockets) {
  auto token = token_for("bo", 10min);
  auto socket = open_socket(check(token.text, true));
  pass(10min - 1ms);
  CAF_CHECK(valid(token.text, true));
  CAF_CHECK_EQUAL(end_of(socket), "");
  pass(1ms);
  CAF_CHECK(!valid(token.text, true));
  CAF_CHECK_EQUAL(end_of(socket), expired);
}

CAF_TEST(an idle session expires) {
  auto x = login("ana");
  pass(days{6});
  CAF_CHECK(valid(x.secret));
  pass(days{7});
  CAF_CHECK(!valid(x.secret));
}

CAF_TEST(an open socket keeps its session in use until it must end) {
  auto x = login("ana");
  auto socket = open_socket(x.who);
  for (int day = 0; day < 29; ++day)
    pass(days{1});
  CAF_CHECK(valid(x.secret));
  CAF_CHECK_EQUAL(end_of(socket), "");
  pass(days{1});
  CAF_CHECK(!valid(x.secret));
  CAF_CHECK_EQUAL(end_of(socket), expired);
}

CAF_TEST(a socket that comes too late is ended at once) {
  auto x = login("ana");
  logout(x.secret);
  auto socket = open_socket(x.who);
  CAF_CHECK_EQUAL(end_of(socket), not_signed_in);
}

CAF_TEST(a socket that ended by itself is forgotten) {
  auto x = login("ana");
  auto socket = open_socket(x.who);
  self->send_exit(socket, caf::exit_reason::kill);
  consume_messages();
  logout(x.secret);
  CAF_CHECK(valid(login("ana").secret));
}

CAF_TEST(a users file that can not be read leaves the users as they are) {
  auto x = login("ana");
  auto socket = open_socket(x.who);
  dir.write("users.toml", "[[user]]\nname = 5\n");
  reload();
  CAF_CHECK(valid(x.secret));
  CAF_CHECK(!login("bo").secret.empty());
  CAF_CHECK_EQUAL(end_of(socket), "");
}

CAF_TEST(a wrong users file stops the start) {
  dir.write("users.toml", "[[user]]\nname = 5\n");
  auto what = refusal_of(
    [&] { store::spawn_accounts(sys, users_file, dir.path() / "history.db"); });
  CAF_CHECK(what.find("users.toml:2:8: user.name") != std::string::npos);
}

CAF_TEST_FIXTURE_SCOPE_END()
