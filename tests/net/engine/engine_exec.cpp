#define CAF_SUITE engine_exec

#include "net/engine/exec.hpp"

#include "failure.hpp"
#include "fake_engine.hpp"
#include "net/engine/blocking.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya::net;

namespace {

const std::string upgraded = "HTTP/1.1 101 UPGRADED\r\n"
                             "Content-Type: application/vnd.docker.raw-stream"
                             "\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";

const std::string hi{"\x01\0\0\0\0\0\0\x03hi\n", 11};
const std::string oh{"\x02\0\0\0\0\0\0\x03oh\n", 11};

/// All that comes of the stream, in words.
std::string read(const recording& answer, bool terminal) {
  fake_engine fake{{pong(), answer}};
  engine_client engine{fake.where()};
  std::string out, err;
  auto all = [&]() -> boost::asio::awaitable<void> {
    auto stream = co_await start_exec(engine, "x", terminal);
    for (auto x = co_await stream.next(); x; x = co_await stream.next())
      (x->source == output_source::out ? out : err) += x->bytes;
  };
  auto e = failure_of([&] { run_blocking(all()); });
  return out + "|" + err + "|" + (e ? e->what() : "");
}

void check_cuts(const std::string& bytes, bool terminal,
                const std::string& expected) {
  for (size_t i = 0; i < bytes.size(); ++i)
    if (auto got = read(cut(bytes, i), terminal); got != expected)
      CAF_ERROR("cut at " << i << ": " << got);
  CAF_CHECK_EQUAL(read({{bytes}}, terminal), expected);
}

} // namespace

CAF_TEST(bytes right behind the upgrade are the first output) {
  check_cuts(upgraded + hi + oh, false, "hi\n|oh\n|");
  check_cuts(upgraded + "\x1b[31mhi\r\n", true, "\x1b[31mhi\r\n||");
}

CAF_TEST(an engine that does not upgrade but streams is understood) {
  check_cuts("HTTP/1.1 200 OK\r\nContent-Type: x\r\n\r\n" + hi, false,
             "hi\n||");
}

CAF_TEST(words of the engine instead of a frame are an error) {
  CAF_CHECK_EQUAL(read({{upgraded + hi + "Error: it broke"}}, false),
                  "hi\n||engine: Error: it broke");
}

CAF_TEST(a refusal before the upgrade is an error) {
  auto got = read(
    answer(R"({"message":"Container x is paused"})", "409 Conflict"), false);
  CAF_CHECK(got.ends_with("Container x is paused"));
}

CAF_TEST(the request asks for the upgrade) {
  fake_engine fake{{pong(), {{upgraded}}}};
  engine_client engine{fake.where()};
  auto start = [&]() -> boost::asio::awaitable<void> {
    co_await start_exec(engine, "x", true);
  };
  run_blocking(start());
  auto asked = fake.requests().at(1);
  CAF_CHECK(asked.starts_with("POST /v1.41/exec/x/start HTTP/1.1\r\n"));
  CAF_CHECK(asked.find("\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n")
            != std::string::npos);
  CAF_CHECK(asked.ends_with("\r\n\r\n{\"Detach\":false,\"Tty\":true}"));
}

CAF_TEST(a resize that comes too early is sent once more) {
  for (auto status : {"404 Not Found", "500 Internal Server Error"}) {
    fake_engine fake{{pong(), answer("{}", status), answer("", "201 Created")}};
    engine_client engine{fake.where()};
    run_blocking(resize_exec(engine, "x", 100, 30));
    auto asked = fake.requests();
    CAF_REQUIRE_EQUAL(asked.size(), 3u);
    CAF_CHECK(asked[2].starts_with("POST /v1.41/exec/x/resize?h=30&w=100 "));
  }
}
