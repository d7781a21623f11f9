#define CAF_SUITE server_http

#include "net/server/server.hpp"

#include "net/server/call.hpp"
#include "served.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::test;
using namespace std::chrono_literals;

namespace {

struct fixture {
  fixture() {
    server.known->locked([](world& w) {
      w.backup.backup.id = "b1";
      w.backup.path = "/etc/passwd"; // any file that is there
    });
  }

  served server;

  unsigned status(const std::string& method, const std::string& target,
                  const headers& fields, const std::string& body = {}) {
    return server.fetch(method, target, fields, body).status;
  }
};

/// A path of the route, with everything in its places that the fakes know.
std::string example(const net::web::route& x) {
  std::string result{x.pattern};
  std::map<std::string, std::string> values{{"{I}", "main"},
                                            {"{D}", "prod"},
                                            {"{C}", "odoo"},
                                            {"{O}", "op1"},
                                            {"{B}", "b1"}};
  for (auto& [place, value] : values)
    if (auto i = result.find(place); i != std::string::npos)
      result.replace(i, place.size(), value);
  return result;
}

std::string body_of(const net::web::route& x) {
  if (x.verb == "login")
    return R"({"user":"ana","password":"right"})";
  if (x.method == "DELETE")
    return R"({"confirm":true})";
  return x.method == "PATCH" ? "{}" : "";
}

headers with_json(headers x) {
  x.emplace_back("Content-Type", "application/json");
  return x;
}

bool problem(const reply& x, const std::string& code) {
  auto type = x.headers.find("content-type");
  return type != x.headers.end() && type->second == "application/problem+json"
         && x.body.find("\"code\":\"" + code + '"') != std::string::npos
         && x.body.find("\"status\":" + std::to_string(x.status))
              != std::string::npos;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(http_tests, fixture)

CAF_TEST(each route lets in those that the table says) {
  for (auto& x : net::web::routes()) {
    for (auto who : {role::viewer, role::operator_, role::admin}) {
      auto got = status(std::string{x.method}, example(x),
                        with_json(bearer(to_string(who))), body_of(x));
      auto may = !x.least || who >= *x.least;
      CAF_CHECK_EQUAL(got == 403, !may);
      if (may && x.pattern != "/api/events" && (got < 200 || got > 202)
          && got != 204)
        CAF_ERROR(x.method << " " << x.pattern << " " << to_string(who) << ": "
                           << got);
    }
    auto nobody = status(std::string{x.method}, example(x), with_json({}),
                         body_of(x));
    CAF_CHECK_EQUAL(nobody == 401, x.least.has_value());
  }
}

CAF_TEST(the table gives each verb the role of the contract) {
  std::map<std::string, std::string> least;
  for (auto& x : net::web::routes())
    if (!x.verb.empty())
      least[std::string{x.verb}] = x.least ? to_string(*x.least) : "anybody";
  CAF_CHECK_EQUAL(least["start"], "operator");
  CAF_CHECK_EQUAL(least["restart"], "operator");
  CAF_CHECK_EQUAL(least["stop"], "admin");
  CAF_CHECK_EQUAL(least["cancel"], "operator");
  CAF_CHECK_EQUAL(least["login"], "anybody");
  CAF_CHECK_EQUAL(least["backup"], "operator");
  CAF_CHECK_EQUAL(least["download"], "operator");
  CAF_CHECK_EQUAL(least["change"], "operator");
  CAF_CHECK_EQUAL(least["delete"], "admin");
  // Reading changes nothing, but a download takes a whole company away.
  for (auto& x : net::web::routes())
    CAF_CHECK_EQUAL(x.method == "GET" && x.verb != "download", x.verb.empty());
}

CAF_TEST(a cookie needs the own origin for what is unsafe) {
  auto post = [&](headers fields) {
    return status("POST", "/api/instances/main/containers/odoo/restart",
                  fields);
  };
  headers signed_in{{"Cookie", "atalaya=operator"}};
  auto own = server.origin();
  CAF_CHECK_EQUAL(post(signed_in), 403u);
  CAF_CHECK_EQUAL(post(signed_in + headers{{"Origin", own}}), 202u);
  CAF_CHECK_EQUAL(post(signed_in + headers{{"Origin", "null"}}), 403u);
  CAF_CHECK_EQUAL(post(signed_in + headers{{"Origin", own + "1"}}), 403u);
  CAF_CHECK_EQUAL(
    post(signed_in + headers{{"Origin", "https" + own.substr(4)}}), 403u);
  CAF_CHECK_EQUAL(post(headers{{"Origin", own}}), 401u);
  CAF_CHECK_EQUAL(post(bearer("operator")), 202u);
  CAF_CHECK_EQUAL(post(bearer("operator") + headers{{"Origin", "http://evil"}}),
                  202u);
  CAF_CHECK_EQUAL(post(signed_in + bearer("nobody")), 401u);
  CAF_CHECK_EQUAL(status("GET", "/api/session", signed_in), 200u);
}

CAF_TEST(a login may lack an origin but not have a foreign one) {
  auto login = [&](headers fields) {
    return status("POST", "/api/login", with_json(fields),
                  R"({"user":"ana","password":"right"})");
  };
  CAF_CHECK_EQUAL(login({}), 200u);
  CAF_CHECK_EQUAL(login({{"Origin", server.origin()}}), 200u);
  CAF_CHECK_EQUAL(login({{"Origin", "http://evil"}}), 403u);
  CAF_CHECK_EQUAL(login({{"Origin", "null"}}), 403u);
}

CAF_TEST(a wrong authorization is no sign in) {
  for (auto value : {"Bearer", "Bearer ", "Basic YTpi", "operator", " "})
    CAF_CHECK_EQUAL(status("GET", "/api/session", {{"Authorization", value}}),
                    401u);
  CAF_CHECK_EQUAL(
    status("GET", "/api/session", {{"Authorization", "bearer viewer"}}), 200u);
  auto reply = server.fetch("GET", "/api/session");
  CAF_CHECK(problem(reply, "unauthenticated"));
  CAF_CHECK_EQUAL(reply.headers["www-authenticate"], "Bearer");
}

CAF_TEST(unknown paths and methods are problems) {
  auto lost = server.fetch("GET", "/api/nothing", bearer("admin"));
  CAF_CHECK_EQUAL(lost.status, 404u);
  CAF_CHECK(problem(lost, "not_found"));
  auto wrong = server.fetch("DELETE", "/api/session", bearer("admin"));
  CAF_CHECK_EQUAL(wrong.status, 405u);
  CAF_CHECK(problem(wrong, "invalid"));
  CAF_CHECK_EQUAL(wrong.headers["allow"], "GET, HEAD");
  auto only_post = server.fetch("GET", "/api/login");
  CAF_CHECK_EQUAL(only_post.headers["allow"], "POST");
  CAF_CHECK_EQUAL(status("GET", "/api/instances/%zz", bearer("admin")), 400u);
  CAF_CHECK_EQUAL(status("GET", "/api/instances/ma%00in", bearer("admin")),
                  400u);
}

CAF_TEST(every answer carries the security headers) {
  for (auto target : {"/healthz", "/api/session", "/api/x", "/", "/%zz"}) {
    auto reply = server.fetch("GET", target);
    CAF_CHECK(reply.headers["content-security-policy"].starts_with(
      "default-src 'none'; script-src 'self';"));
    CAF_CHECK_EQUAL(reply.headers["x-content-type-options"], "nosniff");
    CAF_CHECK_EQUAL(reply.headers["referrer-policy"], "no-referrer");
    CAF_CHECK_EQUAL(reply.headers["cross-origin-resource-policy"],
                    "same-origin");
    CAF_CHECK_EQUAL(reply.headers["cache-control"], "no-store");
    CAF_CHECK_EQUAL(reply.headers.count("strict-transport-security"), 0u);
  }
}

CAF_TEST(head is get without a body) {
  auto reply = server.fetch("HEAD", "/healthz");
  CAF_CHECK_EQUAL(reply.status, 200u);
  CAF_CHECK_EQUAL(reply.headers["content-length"], "2");
  CAF_CHECK_EQUAL(reply.body, "");
}

CAF_TEST(what is not http is refused and closed) {
  for (auto bytes :
       {"rubbish\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
        "Content-Length: 2\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "z\r\n"}) {
    auto reply = server.raw(bytes);
    CAF_CHECK(reply.starts_with("HTTP/1.1 400 Bad Request\r\n"));
    CAF_CHECK(reply.find("\r\nConnection: close\r\n") != std::string::npos);
    CAF_CHECK(reply.find("\"code\":\"invalid\"") != std::string::npos);
  }
  CAF_CHECK_EQUAL(server.fetch("GET", "/healthz").body, "ok");
}

CAF_TEST(headers and bodies past their bounds are too large) {
  auto head = server.raw("GET / HTTP/1.1\r\nHost: a\r\nX: "
                         + std::string(17 * 1024, 'x') + "\r\n\r\n");
  CAF_CHECK(head.starts_with("HTTP/1.1 413 "));
  auto announced = server.raw("POST /api/login HTTP/1.1\r\nHost: a\r\n"
                              "Content-Length: 1048577\r\n\r\n");
  CAF_CHECK(announced.starts_with("HTTP/1.1 413 "));
  std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  std::string chunked = "POST /api/login HTTP/1.1\r\nHost: a\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 17; ++i)
    chunked += chunk;
  auto streamed = server.raw(chunked);
  CAF_CHECK(streamed.starts_with("HTTP/1.1 413 "));
  CAF_CHECK(streamed.find("\"code\":\"too_large\"") != std::string::npos);
}

CAF_TEST(one connection serves request after request) {
  std::string one = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
  std::string last = "GET /healthz HTTP/1.1\r\nHost: a\r\n"
                     "Connection: close\r\n\r\n";
  auto replies = server.raw(one + one + last);
  size_t count = 0;
  for (size_t i = 0; (i = replies.find("\r\n\r\nok", i)) != std::string::npos;
       ++i)
    ++count;
  CAF_CHECK_EQUAL(count, 3u);
}

CAF_TEST(a body is asked for where the client waits for that) {
  std::string body = R"({"user":"ana","password":"right"})";
  auto reply = server.raw(
    "POST /api/login HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
    "Content-Type: application/json\r\nConnection: close\r\nContent-Length: "
    + std::to_string(body.size()) + "\r\n\r\n" + body);
  CAF_CHECK(reply.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 "));
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(slow requests and idle connections are closed) {
  net::web::server_options options;
  options.header_timeout = 200ms;
  options.body_timeout = 200ms;
  options.idle_timeout = 400ms;
  served server{options};
  auto begin = std::chrono::steady_clock::now();
  CAF_CHECK_EQUAL(server.raw("GET / HTTP/1.1\r\nHo"), "");
  CAF_CHECK_EQUAL(server.raw("POST /api/login HTTP/1.1\r\nHost: a\r\n"
                             "Content-Length: 9\r\n\r\n{"),
                  "");
  CAF_CHECK_EQUAL(server.raw(""), "");
  auto reply = server.raw("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  CAF_CHECK(reply.ends_with("ok"));
  auto time = std::chrono::steady_clock::now() - begin;
  CAF_CHECK(time > 1'100ms);
  CAF_CHECK(time < 8s);
}

CAF_TEST(a taken port is said in a sentence) {
  served first;
  net::web::server_options options;
  options.port = first.port();
  caf::actor_system_config config;
  caf::actor_system sys{config};
  boost::asio::io_context io;
  try {
    net::web::server second{io, sys, options, {}, {}};
    CAF_ERROR("listened twice");
  } catch (const std::runtime_error& e) {
    auto start = "listen 127.0.0.1:" + std::to_string(first.port())
                 + ": address already in use; ";
    CAF_CHECK(std::string{e.what()}.starts_with(start));
  }
}

CAF_TEST(options that can not be are refused) {
  caf::actor_system_config config;
  caf::actor_system sys{config};
  boost::asio::io_context io;
  auto refusal = [&](auto change) -> std::string {
    net::web::server_options options;
    options.port = 0;
    change(options);
    try {
      net::web::server x{io, sys, options, {}, {}};
      return {};
    } catch (const std::runtime_error& e) {
      return e.what();
    }
  };
  auto key_only = refusal([](auto& x) { x.tls_key = "/a"; });
  CAF_CHECK(key_only.find("HTTPS needs both") != std::string::npos);
  auto no_file = refusal([](auto& x) { x.tls_key = x.tls_certificate = "/a"; });
  CAF_CHECK(no_file.starts_with("tls_certificate /a: "));
  auto url = refusal([](auto& x) { x.public_url = "erp.es"; });
  CAF_CHECK(url.starts_with("public_url: \"erp.es\""));
  auto host = refusal([](auto& x) { x.host = "192.0.2.1"; });
  CAF_CHECK(host.starts_with("listen 192.0.2.1:0: "));
}

CAF_TEST(a proxy that is trusted says who asks and how) {
  net::web::server_options options;
  options.trusted_proxies = {"127.0.0.1"};
  options.base_path = "/atalaya";
  served server{options};
  auto reply = server.fetch("POST", "/atalaya/api/login",
                            with_json({{"X-Forwarded-For", "9.9.9.9"},
                                       {"X-Forwarded-Proto", "https"},
                                       {"X-Forwarded-Host", "erp.es"},
                                       {"Origin", "https://erp.es"}}),
                            R"({"user":"ana","password":"right"})");
  CAF_CHECK_EQUAL(reply.status, 200u);
  CAF_CHECK_EQUAL(reply.headers["set-cookie"],
                  "atalaya=fresh; HttpOnly; SameSite=Strict; Path=/atalaya/; "
                  "Max-Age=2592000; Secure");
  CAF_CHECK_EQUAL(server.known->log_ins.at(0), "ana from 9.9.9.9");
  auto moved = server.fetch("GET", "/atalaya");
  CAF_CHECK_EQUAL(moved.status, 308u);
  CAF_CHECK_EQUAL(moved.headers["location"], "/atalaya/");
  CAF_CHECK_EQUAL(server.fetch("GET", "/api/session", bearer("viewer")).status,
                  404u);
  auto accepted = server.fetch("POST", "/atalaya/api/operations/op1/cancel",
                               bearer("admin"));
  CAF_CHECK_EQUAL(accepted.headers["location"], "/atalaya/api/operations/op1");
}
