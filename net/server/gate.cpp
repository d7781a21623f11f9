#include "net/server/gate.hpp"

#include "net/ask.hpp"
#include "net/server/cookie.hpp"

namespace asio = boost::asio;

namespace atalaya::net::web {

namespace {

/// What a request proves its sender by.
struct credential {
  std::string secret;
  bool bearer = false;
};

credential credential_of(const request& req) {
  auto authorization = req.header("Authorization");
  auto blank = authorization.find(' ');
  if (authorization.empty())
    return {std::string{cookie_secret(req.header("Cookie"))}, false};
  if (blank == std::string_view::npos
      || !same_word(authorization.substr(0, blank), "Bearer"))
    return {};
  return {std::string{trimmed(authorization.substr(blank))}, true};
}

void need_own_origin(const call& c) {
  if (!own_origin(c.req, c.to.options))
    throw refused{errc::forbidden,
                  "the request comes from another site: its Origin must be "
                  "that of this server; behind a proxy, set public_url"};
}

asio::awaitable<void> authenticate(call& c, const credential& proof) {
  if (proof.secret.empty())
    throw refused{errc::unauthenticated, "sign in first"};
  auto who = co_await ask<principal>(c.to.sys, c.to.accounts,
                                     c.to.options.ask_timeout, atom::check_v,
                                     proof.secret, proof.bearer);
  c.who = or_refuse(std::move(who));
}

/// "main/odoo": what stands in the places, in the path's order.
std::string object_of(const call& c, std::string_view pattern) {
  std::string result;
  for (auto i = pattern.find('{'); i != std::string_view::npos;
       i = pattern.find('{', i + 1)) {
    auto place = c.places.find(pattern[i + 1]);
    if (place != c.places.end())
      result += (result.empty() ? "" : "/") + place->second;
  }
  return result;
}

} // namespace

bool own_origin(const request& req, const server_options& options) {
  auto own = options.public_url.empty()
               ? origin_of((req.secure ? "https://" : "http://") + req.host)
               : origin_of(options.public_url);
  auto given = req.header("Origin");
  auto scheme = given.find("://");
  if (own.empty() || scheme == std::string_view::npos
      || given.find('/', scheme + 3) != std::string_view::npos)
    return false;
  return origin_of(given) == own;
}

asio::awaitable<void> admit(const route& to, call& c) {
  auto harmless = c.req.safe() && !c.req.wants_socket();
  if (!to.least) {
    if (!harmless && !c.req.header("Origin").empty())
      need_own_origin(c);
    co_return;
  }
  auto proof = credential_of(c.req);
  co_await authenticate(c, proof);
  if (!harmless && !proof.bearer)
    need_own_origin(c);
  if (c.who.role < *to.least)
    throw refused{errc::forbidden, "this needs the role " + to_string(*to.least)
                                     + ", and " + c.who.user + " is "
                                     + to_string(c.who.role)};
}

void record(const route& to, const call& c, const answer& result) {
  if (to.verb.empty() || c.who.user.empty())
    return;
  // Whoever guesses passwords would push everything else out of the audit.
  if (result.refusal == errc::too_many_requests)
    return;
  audit_entry entry;
  entry.at = now();
  entry.user = c.who.user;
  entry.address = c.req.address;
  entry.verb = to.verb;
  entry.object = object_of(c, to.pattern);
  entry.outcome = result.refusal ? to_string(*result.refusal) : "ok";
  caf::anon_send(c.to.history, atom::record_v, std::move(entry));
}

} // namespace atalaya::net::web
