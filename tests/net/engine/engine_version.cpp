#define CAF_SUITE engine_version

#include "net/engine/version.hpp"

#include "failure.hpp"
#include "fake_engine.hpp"
#include "net/engine/blocking.hpp"
#include "net/engine/client.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya::net;

namespace {

std::string spoken(const std::string& theirs) {
  return to_string(negotiate(theirs));
}

/// The path that a list is asked for at, of an engine up to `version`.
std::string asked(const std::string& version) {
  fake_engine fake{{pong(version),
                    {{"HTTP/1.1 200 OK\r\n"
                      "Content-Length: 2\r\n\r\n[]"}}}};
  engine_client engine{fake.where()};
  run_blocking(engine.list());
  auto head = fake.requests().at(1);
  return head.substr(0, head.find('?'));
}

} // namespace

CAF_TEST(the older of both versions is spoken) {
  CAF_CHECK_EQUAL(spoken("1.41"), "1.41");
  CAF_CHECK_EQUAL(spoken("1.44"), "1.44");
  CAF_CHECK_EQUAL(spoken("1.51"), "1.51");
  CAF_CHECK_EQUAL(spoken("1.52"), "1.51");
  CAF_CHECK_EQUAL(spoken("1.100"), "1.51");
  CAF_CHECK_EQUAL(spoken("2.0"), "1.51");
}

CAF_TEST(an engine from before 2016 is refused with a sentence) {
  auto e = failure_of([] { negotiate("1.9"); });
  CAF_REQUIRE(e.has_value());
  CAF_CHECK(std::string{e->what()}.find("newer Docker") != std::string::npos);
  CAF_CHECK_EQUAL(spoken("1.24"), "1.24");
}

CAF_TEST(an answer that names no version is no engine) {
  for (auto x : {"", "1", "1.", ".41", "1.41x", "docker"})
    CAF_CHECK(failure_of([&] { negotiate(x); }).has_value());
}

CAF_TEST(questions go below the version) {
  CAF_CHECK_EQUAL(asked("1.41"), "GET /v1.41/containers/json");
  CAF_CHECK_EQUAL(asked("1.52"), "GET /v1.51/containers/json");
}

CAF_TEST(an engine that wants another version says so and is asked again) {
  std::string refusal
    = R"({"message":"client version 1.41 is too old. Minimum supported API )"
      R"(version is 1.44, please upgrade your client to a newer version"})";
  fake_engine fake{{pong("1.41"),
                    {{"HTTP/1.1 400 Bad Request\r\nContent-Length: "
                      + std::to_string(refusal.size()) + "\r\n\r\n" + refusal}},
                    pong("1.44"),
                    {{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"}}}};
  engine_client engine{fake.where()};
  auto e = failure_of([&] { run_blocking(engine.list()); });
  CAF_REQUIRE(e.has_value());
  CAF_CHECK_EQUAL(e->status(), 400);
  CAF_CHECK(std::string{e->what()}.find("version is 1.44")
            != std::string::npos);
  run_blocking(engine.list());
  CAF_CHECK(fake.requests().at(3).starts_with("GET /v1.44/"));
}
