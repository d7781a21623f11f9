#define CAF_SUITE engine_address

#include "net/engine/address.hpp"

#include <stdexcept>

#include <caf/test/dsl.hpp>

using namespace atalaya::net;

namespace {

/// The sentence of the refusal; empty where it was taken.
std::string refusal(const std::string& text) {
  try {
    parse_engine_address(text);
    return {};
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
}

bool refuses(const std::string& text, const std::string& because) {
  return refusal(text).find(because) != std::string::npos;
}

} // namespace

CAF_TEST(a unix socket is named by its absolute path) {
  auto x = parse_engine_address("unix:///run/docker.sock");
  CAF_CHECK_EQUAL(x.path, "/run/docker.sock");
  CAF_CHECK_EQUAL(to_string(x), "unix:///run/docker.sock");
  CAF_CHECK(refuses("unix://run/docker.sock", "three slashes"));
  CAF_CHECK(refuses("unix:///" + std::string(107, 'x'), "107"));
  CAF_CHECK_EQUAL(refusal("unix:///" + std::string(106, 'x')), "");
}

CAF_TEST(a TCP address has a host and a port) {
  auto x = parse_engine_address("tcp://localhost:2375");
  CAF_CHECK_EQUAL(x.host, "localhost");
  CAF_CHECK_EQUAL(x.port, 2375);
  CAF_CHECK_EQUAL(to_string(x), "tcp://localhost:2375");
  CAF_CHECK_EQUAL(parse_engine_address("tcp://[::1]:1").host, "::1");
  CAF_CHECK_EQUAL(to_string(parse_engine_address("tcp://[::1]:1")),
                  "tcp://[::1]:1");
}

CAF_TEST(what is wrong with an address is said) {
  CAF_CHECK(refuses("tcp://localhost", "a host and a port"));
  CAF_CHECK(refuses("tcp://:2375", "host is missing"));
  CAF_CHECK(refuses("tcp://::1:2375", "brackets"));
  CAF_CHECK(refuses("tcp://a:65536", "1 to 65535"));
  CAF_CHECK(refuses("tcp://a:0", "1 to 65535"));
  CAF_CHECK(refuses("tcp://a:80x", "1 to 65535"));
  CAF_CHECK(refuses("tcp://a:80/v1", "nothing else"));
  CAF_CHECK(refuses("/var/run/docker.sock", "unix:///path or tcp://"));
  CAF_CHECK(refuses("", "unix:///path or tcp://"));
}
