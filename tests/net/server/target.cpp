#define CAF_SUITE server_target

#include "net/server/target.hpp"

#include "net/server/cookie.hpp"
#include "net/server/gate.hpp"
#include "net/server/router.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::net::web;

namespace {

namespace ip = boost::asio::ip;

request aimed(const std::string& path, const std::string& base = "/") {
  request result;
  result.path = path;
  auto refusal = aim(result, base);
  if (refusal)
    result.path = std::to_string(refusal->status);
  return result;
}

request
from(const std::string& host, const std::string& origin, bool secure = false) {
  request result;
  result.host = host;
  result.secure = secure;
  result.headers = {{"origin", origin}};
  return result;
}

bool own(const request& x, const std::string& public_url = {}) {
  server_options options;
  options.public_url = public_url;
  return own_origin(x, options);
}

} // namespace

CAF_TEST(escapes are decoded once and must be whole) {
  CAF_CHECK_EQUAL(percent_decode("a%2Fb%20c").value_or("-"), "a/b c");
  CAF_CHECK_EQUAL(percent_decode("%2541").value_or("-"), "%41");
  CAF_CHECK_EQUAL(percent_decode("%c3%B1").value_or("-"), "ñ");
  for (auto wrong : {"%", "%4", "%zz", "%00", "%ff"})
    CAF_CHECK(!percent_decode(wrong));
  CAF_CHECK_EQUAL(percent_encode("a/b ñ~"), "a%2Fb%20%C3%B1~");
}

CAF_TEST(a path is taken apart before it is decoded) {
  auto x = aimed("/api/instances/a%2Fb?days=7&q=a+b%26c&empty");
  CAF_CHECK_EQUAL(x.path, "/api/instances/a%2Fb");
  CAF_CHECK_EQUAL(x.segments[2], "a/b");
  CAF_CHECK_EQUAL(x.query["days"], "7");
  CAF_CHECK_EQUAL(x.query["q"], "a b&c");
  CAF_CHECK_EQUAL(x.query.count("empty"), 1u);
  CAF_CHECK_EQUAL(aimed("/a%zz").path, "400");
  CAF_CHECK_EQUAL(aimed("/a?b=%").path, "400");
  CAF_CHECK_EQUAL(aimed("http://example.com/a?b").path, "/a");
}

CAF_TEST(everything lies below the base path) {
  CAF_CHECK_EQUAL(aimed("/atalaya", "/atalaya/").path, "308");
  CAF_CHECK_EQUAL(aimed("/atalaya/", "/atalaya/").path, "/");
  CAF_CHECK_EQUAL(aimed("/atalaya/api/x", "/atalaya/").path, "/api/x");
  CAF_CHECK_EQUAL(aimed("/api/x", "/atalaya/").path, "404");
  CAF_CHECK_EQUAL(aimed("/atalayaX", "/atalaya/").path, "404");
}

CAF_TEST(patterns match whole paths and name their places) {
  std::map<char, std::string> places;
  auto fits = [&](const char* pattern, std::vector<std::string> segments) {
    return match(pattern, segments, places);
  };
  CAF_CHECK(fits("/api/instances/{I}/containers/{C}/stop",
                 {"api", "instances", "main", "containers", "odoo", "stop"}));
  CAF_CHECK_EQUAL(places['I'], "main");
  CAF_CHECK_EQUAL(places['C'], "odoo");
  CAF_CHECK(!fits("/api/instances/{I}", {"api", "instances", ""}));
  CAF_CHECK(!fits("/api/instances/{I}", {"api", "instances"}));
  CAF_CHECK(!fits("/api/instances/{I}", {"api", "instances", "a", "b"}));
  CAF_CHECK(!fits("/api/instances", {"api", "instances", ""}));
}

CAF_TEST(an origin is compared in its normal form) {
  CAF_CHECK_EQUAL(origin_of("HTTPS://Example.COM:443/a?b"),
                  "https://example.com");
  CAF_CHECK_EQUAL(origin_of("http://example.com:443"),
                  "http://example.com:443");
  CAF_CHECK_EQUAL(origin_of("file:///a"), "");
  CAF_CHECK_EQUAL(origin_of("http://a@b"), "");
  CAF_CHECK_EQUAL(origin_of("http://"), "");
}

CAF_TEST(the own origin is that of scheme and host) {
  CAF_CHECK(own(from("a:8420", "http://a:8420")));
  CAF_CHECK(own(from("a", "https://a", true)));
  CAF_CHECK(own(from("A:80", "http://a")));
  CAF_CHECK(!own(from("a", "https://a")));
  CAF_CHECK(!own(from("a", "http://a", true)));
  CAF_CHECK(!own(from("a:8420", "http://a")));
  CAF_CHECK(!own(from("a", "http://b")));
  CAF_CHECK(!own(from("a", "http://a.b")));
  CAF_CHECK(!own(from("a", "http://a/")));
  CAF_CHECK(!own(from("a", "null")));
  CAF_CHECK(!own(from("a", "")));
  CAF_CHECK(!own(from("", "")));
  CAF_CHECK(!own(from("a", "http://a, http://b")));
}

CAF_TEST(a public url is the only own origin) {
  CAF_CHECK(own(from("inside:1", "https://erp.es"), "https://ERP.es/atalaya/"));
  CAF_CHECK(!own(from("inside:1", "http://inside:1"), "https://erp.es"));
}

CAF_TEST(only trusted proxies are believed) {
  proxy_list proxies{{"10.0.0.0/8", "::1", "192.0.2.7"}};
  auto address = [](const char* x) { return ip::make_address(x); };
  CAF_CHECK(proxies.holds(address("10.255.0.1")));
  CAF_CHECK(proxies.holds(address("::1")));
  CAF_CHECK(proxies.holds(address("::ffff:10.0.0.1")));
  CAF_CHECK(!proxies.holds(address("11.0.0.1")));
  CAF_CHECK(!proxies.holds(address("192.0.2.8")));
  CAF_CHECK_EQUAL(proxies.client(address("11.0.0.1"), "1.2.3.4"), "11.0.0.1");
  CAF_CHECK_EQUAL(proxies.client(address("10.0.0.1"), "6.6.6.6, 1.2.3.4"),
                  "1.2.3.4");
  CAF_CHECK_EQUAL(
    proxies.client(address("10.0.0.1"), "6.6.6.6, 1.2.3.4, 10.0.0.9"),
    "1.2.3.4");
  CAF_CHECK_EQUAL(proxies.client(address("10.0.0.1"), "rubbish"), "10.0.0.1");
  CAF_CHECK_EQUAL(proxies.client(address("10.0.0.1"), ""), "10.0.0.1");
  CAF_CHECK(own(from("a", "http://a")));
  request x;
  x.headers = {{"Host", "inside"},
               {"X-Forwarded-Host", "erp.es"},
               {"X-Forwarded-Proto", "https"}};
  identify(x, address("10.0.0.1"), false, proxies);
  CAF_CHECK(x.secure);
  CAF_CHECK_EQUAL(x.host, "erp.es");
  identify(x, address("11.0.0.1"), false, proxies);
  CAF_CHECK(!x.secure);
  CAF_CHECK_EQUAL(x.host, "inside");
}

CAF_TEST(a wrong proxy is named) {
  for (auto text : {"ten", "10.0.0.0/99", "10.0.0", ""}) {
    try {
      proxy_list{{text}};
      CAF_ERROR("accepted " << text);
    } catch (const std::runtime_error& e) {
      CAF_CHECK(std::string{e.what()}.find(text) != std::string::npos);
    }
  }
}

CAF_TEST(cookies are found by their whole name) {
  CAF_CHECK_EQUAL(cookie_secret("a=1; atalaya=x=y ;b=2"), "x=y");
  CAF_CHECK_EQUAL(cookie_secret("xatalaya=1; atalaya2=3"), "");
  CAF_CHECK_EQUAL(cookie_secret(""), "");
  server_options options;
  options.base_path = "/atalaya/";
  options.cookie_lasts = std::chrono::seconds{60};
  CAF_CHECK_EQUAL(set_cookie("s", options, false),
                  "atalaya=s; HttpOnly; SameSite=Strict; Path=/atalaya/; "
                  "Max-Age=60");
  CAF_CHECK_EQUAL(clear_cookie(options, true),
                  "atalaya=; HttpOnly; SameSite=Strict; Path=/atalaya/; "
                  "Max-Age=0; Secure");
}
