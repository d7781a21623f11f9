#define CAF_SUITE engine_answers

#include "net/engine/response.hpp"

#include "failure.hpp"
#include "fake_engine.hpp"
#include "net/engine/blocking.hpp"
#include "net/engine/client.hpp"
#include "net/engine/events.hpp"
#include "net/engine/logs.hpp"
#include "net/engine/pull.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya::net;
using namespace std::chrono_literals;

namespace {

const std::string head = "HTTP/1.1 200 OK\r\nServer: x\r\n";

const std::string as_chunks = head + "Transfer-Encoding: chunked\r\n\r\n";

/// Checks that `what` comes to the same with `bytes` cut at every place.
template <class F>
void check_cuts(const std::string& bytes, const std::string& expected, F what,
                bool hold = false) {
  size_t wrong = 0;
  for (size_t at = 0; at < bytes.size(); ++at) {
    auto answer = cut(bytes, at);
    answer.hold = hold;
    fake_engine fake{{pong(), answer}};
    engine_client engine{fake.where()};
    auto got = what(engine);
    if (got != expected && ++wrong < 3)
      CAF_ERROR("cut at " << at << ": " << got);
  }
  CAF_CHECK_EQUAL(wrong, 0u);
}

std::string body(engine_client& engine) {
  request what;
  what.target = "/x";
  return run_blocking(engine.text(what));
}

std::string refusal(engine_client& engine) {
  auto e = failure_of([&] { body(engine); });
  return e ? std::to_string(e->status()) + " " + e->what() : "";
}

} // namespace

CAF_TEST(a body with a length is whole wherever it is cut) {
  check_cuts(head + "Content-Length: 11\r\n\r\nhello world", "hello world",
             body, true);
}

CAF_TEST(a body in chunks is whole wherever it is cut) {
  check_cuts(as_chunks + chunked({"hello", " ", "world, in chunks"}),
             "hello world, in chunks", body, true);
}

CAF_TEST(a body until the end of the connection is whole) {
  check_cuts(head + "\r\nhello", "hello", body);
}

CAF_TEST(an answer without a body is not waited for) {
  for (auto status : {"204 No Content", "304 Not Modified"}) {
    auto bytes = std::string{"HTTP/1.1 "} + status + "\r\nServer: x\r\n\r\n";
    check_cuts(
      bytes, "done",
      [](engine_client& engine) {
        run_blocking(engine.stop("x", 0s));
        return std::string{"done"};
      },
      true);
  }
}

CAF_TEST(an error keeps its status and its words) {
  std::string docker = R"({"message":"No such container: x"})";
  check_cuts("HTTP/1.1 404 Not Found\r\nContent-Length: "
               + std::to_string(docker.size()) + "\r\n\r\n" + docker,
             "404 engine refused /x: No such container: x", refusal, true);
}

CAF_TEST(a body that ends too early is an error) {
  for (auto& bytes : {head + "Content-Length: 11\r\n\r\nhello",
                      as_chunks + "5\r\nhel", as_chunks + "5\r\nhello\r\n",
                      head, std::string{"HTT"}, std::string{}}) {
    fake_engine fake{{pong(), {{bytes}}}};
    engine_client engine{fake.where()};
    auto e = failure_of([&] { body(engine); });
    CAF_REQUIRE(e.has_value());
    CAF_CHECK(e->kind() == engine_fault::unreachable);
  }
}

CAF_TEST(what is not HTTP is called that) {
  fake_engine fake{{pong(), {{"SSH-2.0-OpenSSH_9.2\r\n\r\n"}}}};
  engine_client engine{fake.where()};
  auto e = failure_of([&] { body(engine); });
  CAF_REQUIRE(e.has_value());
  CAF_CHECK(e->kind() == engine_fault::protocol);
}

CAF_TEST(a body beyond the bound is an error) {
  fake_engine fake{
    {pong(),
     {{as_chunks + chunked({std::string(600, 'x'), std::string(600, 'x')})}}}};
  engine_client engine{fake.where(), {.body = 1'000}};
  auto e = failure_of([&] { body(engine); });
  CAF_REQUIRE(e.has_value());
  CAF_CHECK(std::string{e->what()}.find("1000 bytes") != std::string::npos);
}

CAF_TEST(a head without an end is an error) {
  fake_engine fake{
    {pong(), {{"HTTP/1.1 200 OK\r\nX: " + std::string(200'000, 'x')}}}};
  engine_client engine{fake.where()};
  auto e = failure_of([&] { body(engine); });
  CAF_REQUIRE(e.has_value());
  CAF_CHECK(e->kind() == engine_fault::protocol);
}

CAF_TEST(an engine that says nothing is given up) {
  fake_engine fake{{pong(), {.pieces = {head}, .hold = true}}};
  engine_client engine{fake.where()};
  request what;
  what.target = "/x";
  what.timeout = 50ms;
  auto e = failure_of([&] { run_blocking(engine.text(what)); });
  CAF_REQUIRE(e.has_value());
  CAF_CHECK(e->kind() == engine_fault::timeout);
}

CAF_TEST(a wait is ended by its token and by its flag) {
  for (auto flagged : {false, true}) {
    fake_engine fake{{pong(), {.pieces = {head}, .hold = true}}};
    engine_client engine{fake.where()};
    request what;
    what.target = "/x";
    std::stop_source stop;
    std::atomic<bool> flag = false;
    std::thread later{[&] {
      std::this_thread::sleep_for(50ms);
      stop.request_stop();
      flag = true;
    }};
    auto cancelled = false;
    try {
      if (flagged)
        run_blocking(engine.text(what), flag);
      else
        run_blocking(engine.text(what), stop.get_token());
    } catch (const wait_cancelled&) {
      cancelled = true;
    }
    later.join();
    CAF_CHECK(cancelled);
  }
}

CAF_TEST(nobody at the address is said with what to do) {
  engine_client engine{parse_engine_address("unix:///tmp/no-such.sock")};
  auto e = failure_of([&] { run_blocking(engine.ping()); });
  CAF_REQUIRE(e.has_value());
  CAF_CHECK(e->kind() == engine_fault::unreachable);
  CAF_CHECK(std::string{e->what()}.find("start Docker or Podman")
            != std::string::npos);
}

CAF_TEST(an engine is reached by the name of its host) {
  fake_engine fake{[](const std::string& request) {
                     return request.starts_with("GET /_ping") ? pong()
                                                              : answer("[]");
                   },
                   "tcp"};
  engine_client engine{fake.where()};
  CAF_CHECK(run_blocking(engine.list()).empty());
  auto host = "Host: localhost:" + std::to_string(fake.where().port) + "\r\n";
  CAF_CHECK(fake.requests().at(0).find(host) != std::string::npos);
}

CAF_TEST(events are whole wherever they are cut) {
  std::string one = R"({"Type":"container","Action":"start",)"
                    R"("Actor":{"ID":"aa"}})";
  std::string two = R"({"Type":"network","Action":"connect",)"
                    R"("Actor":{"ID":"n","Attributes":{"container":"bb"}}})";
  auto all = [](engine_client& engine) {
    std::string result;
    auto read = [&]() -> boost::asio::awaitable<void> {
      auto from = co_await events(engine);
      for (auto x = co_await from.next(); x; x = co_await from.next())
        result += x->action + " " + x->container + ";";
    };
    run_blocking(read());
    return result;
  };
  check_cuts(
    as_chunks
      + chunked({one + "\n" + two.substr(0, 9), two.substr(9) + "\r\n"}),
    "start aa;connect bb;", all);
}

CAF_TEST(an error inside a pull is an error though its status was 200) {
  auto bytes = as_chunks
               + chunked({"{\"status\":\"Downloading\",\"id\":\"l1\","
                          "\"progressDetail\":{\"current\":5,\"total\":9}}\r\n",
                          "{\"errorDetail\":{\"message\":\"no route to host\"},"
                          "\"error\":\"no route to host\"}\r\n"});
  check_cuts(
    bytes, "l1 Downloading 5/9;engine: no route to host",
    [](engine_client& engine) {
      std::string result;
      auto tell = [&](const pull_progress& x) {
        result += x.layer + " " + x.status + " " + std::to_string(x.done) + "/"
                  + std::to_string(x.total) + ";";
      };
      auto e = failure_of([&] { run_blocking(pull(engine, "odoo:19", tell)); });
      return result + (e ? e->what() : "no error");
    });
}
