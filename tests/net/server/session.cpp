#define CAF_SUITE server_session

#include "net/server/session.hpp"

#include <filesystem>
#include <thread>

#include "served.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::test;
using namespace std::chrono_literals;

namespace {

constexpr auto everything = "instances/main";

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string subscribe(const std::string& topic) {
  return R"({"subscribe":")" + topic + "\"}";
}

entity big_instance(int number) {
  instance x;
  x.name = "n" + std::to_string(number) + '!';
  x.detail = std::string(10'000, 'x');
  return x;
}

size_t open_descriptors() {
  using iterator = std::filesystem::directory_iterator;
  return static_cast<size_t>(
    std::distance(iterator{"/proc/self/fd"}, iterator{}));
}

struct fixture {
  served server;

  socket_client watcher(const std::string& topic = everything) {
    socket_client result{server, cookie("viewer")};
    CAF_CHECK(has(result.next(), "hello"));
    result.send(subscribe(topic));
    CAF_CHECK(has(result.next(), "snapshot"));
    return result;
  }

  int subscribers() {
    return server.known->locked([](world& w) { return w.subscribers; });
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(session_tests, fixture)

CAF_TEST(the server greets with who is there) {
  socket_client x{server, cookie("operator")};
  CAF_CHECK_EQUAL(x.status(), 101u);
  CAF_CHECK_EQUAL(x.protocol(), "atalaya.v1");
  CAF_CHECK_EQUAL(
    x.next(),
    R"({"event":"hello","user":"operator","role":"operator","version":""})");
}

CAF_TEST(a socket needs a sign in and the own origin) {
  auto status = [&](headers fields, const char* protocol = "atalaya.v1") {
    return socket_client{server, fields, protocol}.status();
  };
  CAF_CHECK_EQUAL(status({}), 401u);
  CAF_CHECK_EQUAL(status({{"Cookie", "atalaya=viewer"}}), 403u);
  CAF_CHECK_EQUAL(
    status({{"Cookie", "atalaya=viewer"}, {"Origin", "http://evil"}}), 403u);
  CAF_CHECK_EQUAL(
    status({{"Cookie", "atalaya=viewer"}, {"Origin", server.origin()}}), 101u);
  CAF_CHECK_EQUAL(status(bearer("viewer")), 101u);
  CAF_CHECK_EQUAL(status(bearer("viewer"), ""), 101u);
  CAF_CHECK_EQUAL(status(bearer("viewer"), "chat, atalaya.v1"), 101u);
  CAF_CHECK_EQUAL(status(bearer("viewer"), "atalaya.v2"), 400u);
  CAF_CHECK_EQUAL(server.fetch("GET", "/api/events", bearer("viewer")).status,
                  400u);
}

CAF_TEST(a subscription begins with the state and goes on with changes) {
  auto x = watcher();
  caf::anon_send(server.topic, atom::put_v, std::string{"instance"},
                 big_instance(1));
  auto change = x.next();
  CAF_CHECK(change.starts_with(
    R"({"event":"put","topic":"instances/main","seq":1,"key":"instance",)"));
  caf::anon_send(server.topic, atom::remove_v, std::string{"databases/prod"});
  CAF_CHECK_EQUAL(x.next(), R"({"event":"remove","topic":"instances/main",)"
                            R"("seq":2,"key":"databases/prod"})");
}

CAF_TEST(several commands come in one frame and several events leave in one) {
  socket_client x{server, cookie("viewer")};
  x.send(subscribe(everything) + "\n\n" + subscribe("instances/main/b") + "\n"
         + R"({"unsubscribe":"instances/main/c"})" + "\n");
  CAF_CHECK(!x.until("instances/main/c").back().empty());
  CAF_CHECK(!x.until("instances/main/b").back().empty());
}

CAF_TEST(who has unsubscribed hears nothing more) {
  auto x = watcher();
  x.send(R"({"unsubscribe":"instances/main"})");
  CAF_CHECK(eventually([&] { return subscribers() == 0; }));
  caf::anon_send(server.topic, atom::remove_v, std::string{"k"});
  x.send(R"({"unsubscribe":"instances/main"})");
  CAF_CHECK(has(x.next(), R"("code":"not_found")"));
}

CAF_TEST(wrong commands are said and the connection stays) {
  socket_client x{server, cookie("viewer")};
  x.next();
  auto answer = [&](const std::string& text) {
    x.send(text);
    return x.next();
  };
  CAF_CHECK_EQUAL(answer("{\"subscribe\":\"a\",\"x\":1}"),
                  R"({"event":"error","topic":null,"code":"invalid",)"
                  R"("detail":"x: unknown key"})");
  CAF_CHECK(has(answer("rubbish"), R"("code":"invalid")"));
  CAF_CHECK(has(answer("{}"), "either subscribe or unsubscribe"));
  CAF_CHECK(has(answer(R"({"subscribe":"a","unsubscribe":"b"})"), "either"));
  CAF_CHECK_EQUAL(answer(subscribe("instances/lost")),
                  R"({"event":"error","topic":"instances/lost",)"
                  R"("code":"not_found",)"
                  R"("detail":"there is no topic instances/lost"})");
  CAF_CHECK(has(answer(subscribe(everything)), "snapshot"));
}

CAF_TEST(subscriptions have a bound) {
  socket_client x{server, cookie("viewer")};
  x.next();
  std::string all;
  for (size_t i = 0; i < net::web::session::max_topics; ++i)
    all += subscribe("instances/main/" + std::to_string(i)) + '\n';
  x.send(all);
  for (size_t i = 0; i < net::web::session::max_topics; ++i)
    CAF_REQUIRE(has(x.next(), "snapshot"));
  x.send(subscribe("instances/main/more"));
  CAF_CHECK(has(x.next(), R"("code":"too_many_requests")"));
  x.send(subscribe("instances/main/0"));
  CAF_CHECK(has(x.next(), "snapshot"));
}

CAF_TEST(a frame past its bound ends the connection) {
  socket_client x{server, cookie("viewer")};
  x.next();
  x.send(std::string(net::web::session::max_message + 1, ' '));
  CAF_CHECK_EQUAL(x.close_code(), 1009);
}

CAF_TEST(a client that does not read gets the newest of each key) {
  socket_client slow{server, cookie("viewer"), "atalaya.v1", 4'096};
  slow.send(subscribe(everything));
  CAF_REQUIRE(eventually([&] { return subscribers() == 1; }));
  constexpr int changes = 5'000;
  for (int i = 0; i < changes; ++i)
    caf::anon_send(server.topic, atom::put_v, "k" + std::to_string(i % 10),
                   big_instance(i));
  auto other = watcher("instances/main/other"); // all changes are out
  auto events = slow.until("n" + std::to_string(changes - 1) + '!');
  CAF_CHECK(events.size() < changes / 2);
  for (int i = 1; i <= 10; ++i)
    CAF_CHECK(has(events[events.size() - static_cast<size_t>(i)],
                  "n" + std::to_string(changes - i) + '!'));
}

CAF_TEST(a withdrawn right closes with 1008) {
  auto x = watcher();
  server.revoke();
  CAF_CHECK_EQUAL(x.close_code(), 1008);
  CAF_CHECK(eventually([&] { return subscribers() == 0; }));
}

CAF_TEST(a stopping server closes with 1001) {
  auto x = watcher();
  std::thread stopping{[&] { server.stop(); }};
  CAF_CHECK_EQUAL(x.close_code(), 1001);
  stopping.join();
}

CAF_TEST(a topic that ends is gone) {
  auto x = watcher();
  caf::anon_send_exit(server.topic, caf::exit_reason::user_shutdown);
  CAF_CHECK_EQUAL(x.next(), R"({"event":"gone","topic":"instances/main"})");
}

CAF_TEST(clients that come and go leave nothing behind) {
  watcher();
  auto settled = [&] { return subscribers() == 0 && server.actors() == 5; };
  server.known->locked([](world& w) { w.sockets.clear(); });
  CAF_REQUIRE(eventually(settled));
  auto before = open_descriptors();
  for (int i = 0; i < 10; ++i)
    watcher();
  server.known->locked([](world& w) { w.sockets.clear(); });
  CAF_CHECK(eventually(settled));
  CAF_CHECK(eventually([&] { return open_descriptors() == before; }));
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(lines that a slow client missed are counted) {
  net::web::server_options options;
  options.session_log_lines = 100;
  served server{options};
  socket_client slow{server, cookie("viewer"), "atalaya.v1", 4'096};
  slow.send(subscribe(everything));
  CAF_REQUIRE(eventually([&] {
    return server.known->locked([](world& w) { return w.subscribers == 1; });
  }));
  constexpr int lines = 4'000;
  for (int i = 0; i < lines; ++i)
    caf::anon_send(server.topic, atom::log_v,
                   std::vector<log_entry>{{{}, std::string(10'000, 'x')}});
  caf::anon_send(server.topic, atom::remove_v, std::string{"last"});
  std::this_thread::sleep_for(500ms);
  auto events = slow.until(R"("key":"last")");
  int got = 0;
  int missed = 0;
  for (auto& x : events) {
    got += has(x, R"("event":"log")") ? 1 : 0;
    if (auto i = x.find("\"lines\":"); has(x, R"("event":"dropped")"))
      missed += std::stoi(x.substr(i + 8));
  }
  CAF_CHECK(missed > 0);
  CAF_CHECK_EQUAL(got + missed, lines);
}

CAF_TEST(a client that takes nothing is closed and others hear ticks) {
  net::web::server_options options;
  options.tick = 100ms;
  options.session_write_timeout = 300ms;
  served server{options};
  socket_client slow{server, cookie("viewer"), "atalaya.v1", 4'096};
  slow.send(subscribe(everything));
  socket_client other{server, cookie("viewer")};
  CAF_CHECK(!other.until(R"({"event":"tick"})").back().empty());
  CAF_REQUIRE(eventually([&] {
    return server.known->locked([](world& w) { return w.subscribers == 1; });
  }));
  for (int i = 0; i < 5'000; ++i)
    caf::anon_send(server.topic, atom::put_v, "k" + std::to_string(i),
                   big_instance(i));
  CAF_CHECK(eventually([&] {
    return server.known->locked([](world& w) { return w.subscribers == 0; });
  }));
  CAF_CHECK_EQUAL(other.next(), R"({"event":"tick"})");
}

CAF_TEST(sessions past the bound are told to come again) {
  net::web::server_options options;
  options.sessions = 2;
  served server{options};
  socket_client first{server, cookie("viewer")};
  {
    socket_client second{server, cookie("viewer")};
    CAF_CHECK(has(second.next(), "hello"));
    socket_client third{server, cookie("viewer")};
    CAF_CHECK_EQUAL(third.status(), 101u);
    CAF_CHECK_EQUAL(third.close_code(), 1013);
  }
  CAF_CHECK(eventually([&] {
    socket_client again{server, cookie("viewer")};
    return has(again.next(), "hello");
  }));
}
