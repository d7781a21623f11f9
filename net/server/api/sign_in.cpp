#include "actors/reflect/write_json.hpp"
#include "net/ask.hpp"
#include "net/server/api/handlers.hpp"
#include "net/server/cookie.hpp"
#include "net/server/read_body.hpp"

namespace atalaya::net::web::api {

namespace {

struct credentials {
  std::string user;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(credentials, (), (user, password))

struct signed_in {
  std::string user;
  enum role role = role::viewer;
};
BOOST_DESCRIBE_STRUCT(signed_in, (), (user, role))

/// Names are far shorter; what is longer does not go into the audit.
constexpr size_t longest_user = 128;

answer introduce(const principal& who) {
  return json_answer(to_json(signed_in{who.user, who.role}));
}

} // namespace

reply login(call& c) {
  auto body = read_body<credentials>(c.req);
  if (body.user.empty() || body.user.size() > longest_user)
    throw refused{errc::unauthenticated, "the user or the password is wrong"};
  c.who.user = body.user;
  auto fresh = or_refuse(co_await ask<sign_in>(
    c.to.sys, c.to.accounts, c.to.options.ask_timeout, atom::login_v, body.user,
    body.password, c.req.address));
  auto result = introduce(fresh.who);
  result.headers.emplace_back(
    "Set-Cookie", set_cookie(fresh.secret, c.to.options, c.req.secure));
  co_return result;
}

reply logout(call& c) {
  answer result;
  result.status = 204;
  std::string secret{cookie_secret(c.req.header("Cookie"))};
  // A bearer token has no sign-in to end: it is revoked on the command line.
  if (!secret.empty() && c.req.header("Authorization").empty()) {
    or_refuse(co_await ask<caf::unit_t>(c.to.sys, c.to.accounts,
                                        c.to.options.ask_timeout,
                                        atom::logout_v, secret));
    result.headers.emplace_back("Set-Cookie",
                                clear_cookie(c.to.options, c.req.secure));
  }
  co_return result;
}

reply session(call& c) {
  co_return introduce(c.who);
}

} // namespace atalaya::net::web::api
