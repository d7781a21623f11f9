#define CAF_SUITE store_accounts

#include "store/accounts.hpp"

#include "tests/store/accounts_fixture.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;

CAF_TEST_FIXTURE_SCOPE(accounts_tests, accounts_fixture)

CAF_TEST(a right password signs in) {
  auto x = login("ana");
  CAF_CHECK_EQUAL(x.who.user, "ana");
  CAF_CHECK(x.who.role == role::admin);
  CAF_CHECK_EQUAL(x.secret.size(), 43u);
  auto who = check(x.secret);
  CAF_CHECK(!err);
  CAF_CHECK_EQUAL(who, x.who);
}

CAF_TEST(each session has a secret of its own) {
  auto a = login("ana");
  auto b = login("ana");
  CAF_CHECK_NOT_EQUAL(a.secret, b.secret);
  CAF_CHECK_NOT_EQUAL(a.who.sign_in, b.who.sign_in);
}

CAF_TEST(a wrong password and a wrong user are answered alike) {
  login("ana", "wrong");
  CAF_CHECK(code_of(err) == errc::unauthenticated);
  auto sentence = sentence_of(err);
  CAF_CHECK_EQUAL(sentence, "sign-in: user or password is wrong; try again");
  login("nobody", "right");
  CAF_CHECK(code_of(err) == errc::unauthenticated);
  CAF_CHECK_EQUAL(sentence_of(err), sentence);
}

CAF_TEST(an unknown user costs the same work as a known one) {
  login("ana", "guess");
  login("nobody", "guess");
  login("", "guess");
  login("ana", std::string(1025, 'x'));
  auto& questions = notes->questions;
  CAF_REQUIRE_EQUAL(questions.size(), 4u);
  CAF_CHECK_EQUAL(questions[0].first, "$argon2id$a");
  CAF_CHECK_EQUAL(questions[1].first, store::dummy_hash());
  CAF_CHECK_EQUAL(questions[1].second, "guess");
  CAF_CHECK_EQUAL(questions[2].first, store::dummy_hash());
  CAF_CHECK_EQUAL(questions[3].first, store::dummy_hash());
}

CAF_TEST(what is no secret is no session) {
  auto x = login("ana");
  CAF_CHECK(!valid(""));
  CAF_CHECK(!valid(x.secret + "x"));
  CAF_CHECK(!valid(x.who.sign_in));
  CAF_CHECK(!valid(x.secret, true));
}

CAF_TEST(too many failures make the user wait) {
  for (int i = 0; i < 10; ++i) {
    login("ana", "wrong", "10.0.0." + std::to_string(i));
    CAF_CHECK(code_of(err) == errc::unauthenticated);
  }
  auto asked_before = notes->questions.size();
  login("ana", "right", "10.0.1.1");
  CAF_CHECK(code_of(err) == errc::too_many_requests);
  CAF_CHECK_EQUAL(sentence_of(err), "1 seconds to wait: too many failed "
                                    "sign-ins; then sign in again");
  CAF_CHECK_EQUAL(notes->questions.size(), asked_before);
  now += 1s;
  login("ana", "right", "10.0.1.1");
  CAF_CHECK(!err);
}

CAF_TEST(the queue of passwords is bounded) {
  stop();
  self->send_exit(hasher, caf::exit_reason::user_shutdown);
  hasher = sys.spawn(silent_hasher);
  begin();
  for (int i = 0; i < 32; ++i)
    self->send(aut, atom::login_v, "u" + std::to_string(i),
               std::string{"right"}, "10.0.1." + std::to_string(i));
  consume_messages();
  login("ana");
  CAF_CHECK(code_of(err) == errc::too_many_requests);
  advance_time(30s);
  consume_messages();
  self->send(aut, atom::login_v, std::string{"ana"}, std::string{"right"},
             std::string{"10.0.0.1"});
  expect((atom::login, std::string, std::string, std::string), to(aut));
  expect((std::string, std::string),
         from(aut).to(hasher).with("$argon2id$a", "right"));
}

CAF_TEST(a hasher that dies is said to be unavailable) {
  self->send_exit(hasher, caf::exit_reason::kill);
  consume_messages();
  login("ana");
  CAF_CHECK(code_of(err) == errc::unavailable);
}

CAF_TEST(a password that is changed while it is checked signs nobody in) {
  self->send(aut, atom::login_v, std::string{"ana"}, std::string{"right"},
             std::string{"10.0.0.1"});
  expect((atom::login, std::string, std::string, std::string), to(aut));
  edit([](store::users& in) { store::set_password(in, "ana", "$argon2id$n"); });
  self->send(aut, atom::reload_v);
  expect((atom::reload), to(aut));
  consume_messages();
  auto refused = false;
  self->receive([](const sign_in&) {},
                [&](const caf::error& x) {
                  refused = code_of(x) == errc::unauthenticated;
                });
  CAF_CHECK(refused);
}

CAF_TEST_FIXTURE_SCOPE_END()
