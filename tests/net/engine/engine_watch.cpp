#define CAF_SUITE engine_watch

#include "net/engine/actor.hpp"

#include "fake_engine.hpp"
#include "watching.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::net;
using namespace std::chrono_literals;

namespace {

const std::string stream_head
  = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string chunk(const std::string& x) {
  auto all = chunked({x});
  return all.substr(0, all.size() - 5);
}

std::string event(const std::string& action, const std::string& id) {
  return chunk(R"({"Type":"container","Action":")" + action
               + R"(","Actor":{"ID":")" + id + "\"}}\n");
}

std::string description(const std::string& id, const std::string& state) {
  return R"({"Id":")" + id + R"(","Name":"/n)" + id + R"(","State":{"Status":")"
         + state + "\"}}";
}

bool asks(const std::string& request, const std::string& what) {
  auto line = request.substr(0, request.find("\r\n"));
  return line.find(what) != std::string::npos;
}

/// An engine whose containers a test makes and changes.
class little_engine {
public:
  using guard = std::lock_guard<std::mutex>;

  recording operator()(const std::string& request) {
    if (asks(request, "/_ping"))
      return ping();
    if (asks(request, "/events"))
      return {.pieces = {head_first ? stream_head : ""},
              .later = burst,
              .hold = true};
    if (asks(request, "/json?all=1"))
      return list();
    return inspect(request);
  }

  void put(const std::string& id, const std::string& state) {
    guard g{mutex};
    containers[id] = state;
  }

  void remove(const std::string& id) {
    guard g{mutex};
    containers.erase(id);
  }

  recording ping() {
    guard g{mutex};
    return mute ? recording{.pieces = {}, .hold = true} : pong();
  }

  recording list() {
    std::string result;
    {
      guard g{mutex};
      for (auto& [id, state] : containers)
        result += (result.empty() ? "" : ",") + ("{\"Id\":\"" + id + "\"}");
    }
    ++lists;
    std::this_thread::sleep_for(list_delay);
    return answer("[" + result + "]");
  }

  recording inspect(const std::string& request) {
    std::this_thread::sleep_for(delay);
    guard g{mutex};
    ++looks;
    for (auto& [id, state] : containers)
      if (asks(request, "/" + id + "/json"))
        return state == "broken" ? answer("{}", "500 Internal Server Error")
                                 : answer(description(id, state));
    return answer(R"({"message":"No such container"})", "404 Not Found");
  }

  std::mutex mutex;
  std::map<std::string, std::string> containers;
  std::atomic<int> looks = 0;
  std::atomic<int> lists = 0;
  std::chrono::milliseconds delay{0};
  std::chrono::milliseconds list_delay{0};
  bool head_first = true;
  bool mute = false;
  /// What comes on the first stream of events; set by the test.
  std::promise<std::string> say;
  std::shared_future<std::string> burst{say.get_future()};
};

struct fixture {
  ~fixture() {
    release();
  }

  void begin(watch_pace pace = {}) {
    fake = std::make_unique<fake_engine>(std::ref(engine), path);
    who.begin(where(), pace);
  }

  engine_address where() const {
    return {.path = path, .host = {}, .port = 0};
  }

  /// Lets the first stream of events say something.
  void release(const std::string& events = {}) {
    if (!std::exchange(said, true))
      engine.say.set_value(events);
  }

  std::string told(std::chrono::milliseconds quiet = 200ms,
                   const std::string& until = "?") {
    return who.told(quiet, until);
  }

  little_engine engine;
  std::string path = "/tmp/atalaya-watch-" + std::to_string(getpid());
  std::unique_ptr<fake_engine> fake;
  bool said = false;
  watching who;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(engine_watch_tests, fixture)

CAF_TEST(a listener is told the status and then all containers) {
  engine.put("a", "running");
  engine.put("b", "exited");
  begin();
  CAF_CHECK_EQUAL(told(), "up [a=running b=exited ] ");
}

CAF_TEST(an engine without containers has an empty list) {
  begin();
  CAF_CHECK_EQUAL(told(), "up [] ");
}

CAF_TEST(what changed is told and what did not is not) {
  engine.put("a", "running");
  engine.put("b", "running");
  begin();
  CAF_CHECK_EQUAL(told(5s, "] "), "up [a=running b=running ] ");
  engine.put("a", "exited");
  engine.remove("b");
  engine.put("c", "created");
  release(event("die", "a") + event("top", "x") + event("destroy", "b")
          + event("create", "c") + event("stop", "a"));
  auto words = told();
  for (auto x : {"a=exited ", "-b ", "c=created "})
    CAF_CHECK(words.find(x) != std::string::npos);
  CAF_CHECK_EQUAL(words.size(), std::string{"a=exited -b c=created "}.size());
}

CAF_TEST(a burst of events costs two looks) {
  engine.put("a", "running");
  begin();
  told(5s, "] ");
  engine.delay = 100ms;
  engine.put("a", "exited");
  auto before = engine.looks.load();
  std::string burst;
  for (int i = 0; i < 300; ++i)
    burst += event("kill", "a");
  release(burst);
  CAF_CHECK_EQUAL(told(500ms), "a=exited ");
  CAF_CHECK_LESS_OR_EQUAL(engine.looks - before, 2);
}

CAF_TEST(commands inside a container are no reason to look) {
  engine.put("a", "running");
  begin();
  told(5s, "] ");
  auto before = engine.looks.load();
  release(event("exec_create: true", "a") + event("exec_died", "a"));
  told();
  CAF_CHECK_EQUAL(engine.looks.load(), before);
}

CAF_TEST(a container that can not be described does not hide the others) {
  engine.put("a", "running");
  engine.put("b", "broken");
  begin();
  CAF_CHECK_EQUAL(told(), "up [a=running ] ");
}

CAF_TEST(what no event told is found by the next list) {
  engine.put("a", "running");
  begin({.relist = 100ms});
  told(5s, "] ");
  engine.put("a", "paused");
  CAF_CHECK_EQUAL(told(300ms), "a=paused ");
  engine.remove("a");
  CAF_CHECK_EQUAL(told(300ms), "-a ");
}

CAF_TEST(a lost engine is told and found again by itself) {
  engine.put("a", "running");
  begin({.subscribe = 10ms});
  CAF_CHECK_EQUAL(told(5s, "] "), "up [a=running ] ");
  release();
  fake.reset();
  CAF_CHECK_EQUAL(told(), "down ");
  engine.put("a", "exited");
  fake = std::make_unique<fake_engine>(
    [this](const std::string& request) {
      if (asks(request, "/events"))
        return recording{.pieces = {stream_head}, .hold = true};
      return engine(request);
    },
    path);
  CAF_CHECK_EQUAL(told(2s, "] "), "up [a=exited ] ");
}

CAF_TEST(an engine that comes late is found) {
  who.begin(where());
  CAF_CHECK_EQUAL(told(), "down ");
  fake = std::make_unique<fake_engine>(std::ref(engine), path);
  CAF_CHECK_EQUAL(told(2s, "] "), "up [] ");
}

CAF_TEST(an engine that hangs is told) {
  begin({.ping = 50ms, .limits = {.ping = 100ms}});
  CAF_CHECK_EQUAL(told(5s, "] "), "up [] ");
  {
    little_engine::guard g{engine.mutex};
    engine.mute = true;
  }
  CAF_CHECK_EQUAL(told(1s), "down ");
}

CAF_TEST(an engine that holds back the head of its events is not waited for) {
  engine.head_first = false;
  engine.put("a", "running");
  begin({.subscribe = 50ms});
  CAF_CHECK_EQUAL(told(5s, "] "), "up [a=running ] ");
  engine.put("a", "exited");
  engine.put("b", "created");
  release(stream_head + event("died", "a"));
  auto words = told();
  CAF_CHECK(words.find("a=exited ") != std::string::npos);
  CAF_CHECK(words.find("b=created ") != std::string::npos);
}

CAF_TEST(what happens between a list and a late subscription is found) {
  engine.head_first = false;
  engine.list_delay = 200ms;
  begin({.subscribe = 10ms});
  while (engine.lists == 0)
    std::this_thread::sleep_for(1ms);
  engine.put("a", "running");
  release(stream_head);
  CAF_CHECK_EQUAL(told(1s), "up [] a=running ");
}

CAF_TEST(a listener that comes later is told what is known) {
  engine.put("a", "running");
  begin();
  told(5s, "] ");
  caf::scoped_actor other{who.system()};
  caf::anon_send(who.actor(), atom::watch_v, caf::actor{other});
  bool reachable = false;
  size_t containers = 0;
  other->receive([&](const engine_status& x) { reachable = x.reachable; },
                 caf::after(1s) >> [] { CAF_FAIL("no status"); });
  other->receive(
    [&](const container_list& x) { containers = x.containers.size(); },
    caf::after(1s) >> [] { CAF_FAIL("no list"); });
  CAF_CHECK(reachable);
  CAF_CHECK_EQUAL(containers, 1u);
}

CAF_TEST(the end of the actor leaves nothing under way) {
  engine.mute = true;
  begin();
  std::this_thread::sleep_for(50ms);
  auto began = std::chrono::steady_clock::now();
  who.end();
  CAF_CHECK(std::chrono::steady_clock::now() - began < 1s);
}

CAF_TEST_FIXTURE_SCOPE_END()
