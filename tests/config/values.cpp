#define CAF_SUITE config_values

#include "config/values.hpp"

#include "config/nearest.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya::config;
using namespace std::chrono_literals;

CAF_TEST(sizes have a binary unit) {
  CAF_CHECK(parse_size("256 MiB") == 268435456u);
  CAF_CHECK(parse_size("1KiB") == 1024u);
  CAF_CHECK(parse_size("0 B") == 0u);
  CAF_CHECK(parse_size("2 TiB") == uint64_t{2} << 40);
  for (auto text : {"", "256", "MiB", "1 MB", "1.5 GiB", "-1 B", "1  B", "1 ",
                    "99999999999 TiB", "99999999999999999999 B"})
    CAF_CHECK_EQUAL(parse_size(text).has_value(), false);
}

CAF_TEST(percentages lie between 0 and 100) {
  CAF_CHECK(parse_percent("20 %") == 20u);
  CAF_CHECK(parse_percent("100%") == 100u);
  for (auto text : {"20", "%", "101 %", "2.5 %", "20 percent"})
    CAF_CHECK_EQUAL(parse_percent(text).has_value(), false);
}

CAF_TEST(durations are seconds minutes hours or days) {
  CAF_CHECK(parse_duration("90s") == 90s);
  CAF_CHECK(parse_duration("15m") == 15min);
  CAF_CHECK(parse_duration("24h") == 24h);
  CAF_CHECK(parse_duration("90d") == 2160h);
  for (auto text : {"", "24", "h", "1w", "1.5h", "-1h", "36526d", "1h30m"})
    CAF_CHECK_EQUAL(parse_duration(text).has_value(), false);
}

CAF_TEST(an endpoint has a host and a port) {
  CAF_CHECK(parse_endpoint("127.0.0.1:8420") == (endpoint{"127.0.0.1", 8420}));
  CAF_CHECK(parse_endpoint("[::1]:0") == (endpoint{"::1", 0}));
  CAF_CHECK(parse_endpoint("my-host.lan:65535")
            == (endpoint{"my-host.lan", 65535}));
  for (auto text : {"", ":8420", "host", "host:", "host:65536", "host:-1",
                    "::1:80", "[::1]", "ho st:1", "host:1x", "[]:1"})
    CAF_CHECK_EQUAL(parse_endpoint(text).has_value(), false);
}

CAF_TEST(an engine is a socket or a TCP address) {
  CAF_CHECK(parse_engine("unix:///run/podman/podman.sock").has_value());
  CAF_CHECK(parse_engine("tcp://10.0.0.1:2375").has_value());
  for (auto text : {"", "/run/docker.sock", "unix://docker.sock", "tcp://host",
                    "ssh://host:22", "npipe:///x"})
    CAF_CHECK_EQUAL(parse_engine(text).has_value(), false);
}

CAF_TEST(an address on the web has a scheme and a host) {
  for (auto text : {"http://a", "https://a.example:444/x/y", "http://[::1]:80/",
                    "http://[::1]/"})
    CAF_CHECK_EQUAL(parse_url(text).value_or("refused"), text);
  for (auto text :
       {"", "a.example", "https://", "https:///x", "http://a b", "http://u@h",
        "http://a?x", "http://a#x", "http://a:b", "javascript:alert(1)"})
    CAF_CHECK_EQUAL(parse_url(text).has_value(), false);
}

CAF_TEST(a base path begins and ends with a slash) {
  for (auto text : {"atalaya", "/atalaya", "atalaya/", "/atalaya/"})
    CAF_CHECK_EQUAL(parse_base_path(text).value_or("refused"), "/atalaya/");
  CAF_CHECK_EQUAL(parse_base_path("").value_or("refused"), "/");
  CAF_CHECK_EQUAL(parse_base_path("/a/b").value_or("refused"), "/a/b/");
  for (auto text : {"//", "/a//b", "/../", "/a/./", "/a b", "/a?b", "/a%2e/"})
    CAF_CHECK_EQUAL(parse_base_path(text).has_value(), false);
}

CAF_TEST(a network is an address with or without a prefix) {
  for (auto text : {"10.0.0.1", "10.0.0.0/8", "::1", "fd00::/8", "0.0.0.0/0"})
    CAF_CHECK_EQUAL(parse_network(text).has_value(), true);
  for (auto text : {"", "proxy", "10.0.0", "10.0.0.0/33", "::/129", "::1/",
                    "10.0.0.1/x", "/8"})
    CAF_CHECK_EQUAL(parse_network(text).has_value(), false);
}

CAF_TEST(a regular expression must compile) {
  CAF_CHECK(parse_regex("^prod_[0-9]+$").has_value());
  for (auto text : {"", "(", "[a", "*"})
    CAF_CHECK_EQUAL(parse_regex(text).has_value(), false);
  CAF_CHECK(!parse_regex(std::string(1001, 'a')));
}

CAF_TEST(a name is short and plain) {
  CAF_CHECK(parse_name("main-2").has_value());
  CAF_CHECK(parse_name(std::string(40, 'a')).has_value());
  CAF_CHECK(!parse_name(std::string(41, 'a')));
  for (auto text : {"", "Main", "a b", "a_b", "ñ", "a/b"})
    CAF_CHECK_EQUAL(parse_name(text).has_value(), false);
}

CAF_TEST(the nearest word is one that could have been meant) {
  constexpr std::string_view words[] = {"listen", "metrics", "tls_key"};
  CAF_CHECK_EQUAL(nearest("lisen", words), "listen");
  CAF_CHECK_EQUAL(nearest("tls-key", words), "tls_key");
  CAF_CHECK_EQUAL(nearest("metric", words), "metrics");
  CAF_CHECK_EQUAL(nearest("x", words), "");
  CAF_CHECK_EQUAL(nearest("password", words), "");
  CAF_CHECK_EQUAL(nearest(std::string(5000, 'l'), words), "");
}
