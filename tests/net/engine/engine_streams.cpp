#define CAF_SUITE engine_streams

#include "net/engine/logs.hpp"

#include <algorithm>
#include <thread>

#include "failure.hpp"
#include "net/engine/blocking.hpp"
#include "net/engine/run_exec.hpp"
#include "net/engine/stats.hpp"
#include "real_engine.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::net;
using namespace std::chrono_literals;

namespace {

using lines = std::vector<container_line>;

struct fixture {
  engine_client engine{engine_of("ATALAYA_TEST_ENGINE")};

  void wait_until_exited(const throwaway& box) {
    for (int i = 0; i < 200; ++i) {
      if (run_blocking(engine.inspect(box.id())).state == "exited")
        return;
      std::this_thread::sleep_for(50ms);
    }
    CAF_FAIL("it did not end");
  }

  boost::asio::awaitable<lines>
  read_log(std::string id, bool terminal, log_query which) {
    lines result;
    auto from = co_await logs(engine, id, terminal, which);
    for (auto xs = co_await from.next(); xs; xs = co_await from.next())
      result.insert(result.end(), xs->begin(), xs->end());
    co_return result;
  }

  lines log_of(const throwaway& box, bool terminal, log_query which = {}) {
    return run_blocking(read_log(box.id(), terminal, which));
  }

  exec_result run(const throwaway& box, std::vector<std::string> command,
                  std::string input = {}, size_t limit = 1'000'000) {
    exec_request what;
    what.command = std::move(command);
    what.environment = {"X=y z"};
    return run_blocking(run_exec(engine, box.id(), what, input, limit, 20s));
  }
};

const std::string script = "echo one; echo two >&2; "
                           "head -c 40000 /dev/zero | tr '\\0' x; echo; "
                           "echo ñ; printf end";

std::vector<std::string> texts(const lines& xs) {
  std::vector<std::string> result;
  for (auto& x : xs)
    result.push_back(x.text);
  return result;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(engine_stream_tests, fixture)

CAF_TEST(a log has whole lines of both outputs) {
  for (auto terminal : {false, true}) {
    throwaway box{engine, {.command = {"sh", "-c", script}, .tty = terminal}};
    box.start();
    wait_until_exited(box);
    auto xs = log_of(box, terminal);
    auto got = texts(xs);
    std::ranges::sort(got);
    CAF_CHECK_EQUAL(got,
                    (std::vector<std::string>{"end", "one", "two",
                                              std::string(40'000, 'x'), "ñ"}));
    auto two = std::ranges::find(xs, "two", &container_line::text);
    CAF_REQUIRE(two != xs.end());
    CAF_CHECK_EQUAL(name_of(two->source), terminal ? "stdout" : "stderr");
    CAF_CHECK(std::chrono::system_clock::now() - two->at < 60s);
  }
}

CAF_TEST(a tail has the newest lines) {
  throwaway box{engine, {.command = {"sh", "-c", "seq 100"}}};
  box.start();
  wait_until_exited(box);
  CAF_CHECK_EQUAL(texts(log_of(box, false, {.tail = 2})),
                  (std::vector<std::string>{"99", "100"}));
}

CAF_TEST(a log that is followed ends with its container) {
  throwaway box{engine,
                {.command = {"sh", "-c",
                             "for i in $(seq 20); do echo $i; "
                             "sleep 0.05; done"}}};
  box.start();
  auto got = texts(log_of(box, false, {.follow = true}));
  CAF_REQUIRE_EQUAL(got.size(), 20u);
  CAF_CHECK_EQUAL(got.front(), "1");
  CAF_CHECK_EQUAL(got.back(), "20");
}

CAF_TEST(a log is read on from a line by its time) {
  throwaway box{engine,
                {.command = {"sh", "-c",
                             "for i in $(seq 5); do "
                             "echo $i; sleep 0.01; done"}}};
  box.start();
  wait_until_exited(box);
  auto all = log_of(box, false);
  CAF_REQUIRE_EQUAL(all.size(), 5u);
  auto behind = log_of(box, false, {.since = all[2].at});
  CAF_REQUIRE_GREATER_OR_EQUAL(behind.size(), 3u);
  // Podman's times have whole seconds, so more lines have this one.
  if (!run_blocking(engine.identity()).podman)
    CAF_CHECK_EQUAL(behind.size(), 3u);
  CAF_CHECK(std::ranges::equal(behind.end() - 3, behind.end(), all.begin() + 2,
                               all.end()));
}

CAF_TEST(a program runs and its outputs and its end are known) {
  throwaway box{engine, {}};
  box.start();
  auto x = run(box, {"sh", "-c", "echo \"$X\"; echo bad >&2; exit 7"});
  CAF_CHECK_EQUAL(x.out, "y z\n");
  CAF_CHECK_EQUAL(x.err, "bad\n");
  CAF_CHECK_EQUAL(x.exit_code, 7);
}

CAF_TEST(a program gets its input and sees the end of it) {
  throwaway box{engine, {}};
  box.start();
  std::string input(300'000, 'i');
  auto x = run(box, {"sh", "-c", "wc -c; echo over"}, input);
  CAF_CHECK_EQUAL(x.out, "300000\nover\n");
  CAF_CHECK_EQUAL(run(box, {"true"}, input).exit_code, 0);
}

CAF_TEST(a program that is not there has an exit code and words) {
  throwaway box{engine, {}};
  box.start();
  auto x = run(box, {"/no/such/program"});
  CAF_CHECK(x.exit_code == 126 || x.exit_code == 127);
  CAF_CHECK((x.out + x.err).find("/no/such/program") != std::string::npos);
}

CAF_TEST(more output than was allowed is an error) {
  throwaway box{engine, {}};
  box.start();
  auto e = failure_of([&] { run(box, {"seq", "100000"}, {}, 1'000); });
  CAF_REQUIRE(e.has_value());
  CAF_CHECK(e->kind() == engine_fault::protocol);
}

CAF_TEST(nothing runs in a container that is stopped) {
  throwaway box{engine, {}};
  auto e = failure_of([&] { run(box, {"true"}); });
  CAF_REQUIRE(e.has_value());
  CAF_CHECK(e->status() == 409 || e->status() == 500);
}

CAF_TEST(a terminal has a size and takes what is typed) {
  throwaway box{engine, {}};
  box.start();
  std::string seen;
  auto session = [&]() -> boost::asio::awaitable<void> {
    exec_request what;
    what.command = {"sh"};
    what.terminal = what.input = true;
    auto id = co_await create_exec(engine, box.id(), what);
    auto stream = co_await start_exec(engine, id, true);
    stream.expires_after(10s);
    co_await resize_exec(engine, id, 101, 31);
    co_await stream.write("stty size; exit 3\n");
    for (auto x = co_await stream.next(); x; x = co_await stream.next())
      seen += x->bytes;
    auto state = co_await inspect_exec(engine, id);
    CAF_CHECK(!state.running);
    CAF_CHECK(state.exit_code == 3);
  };
  run_blocking(session());
  CAF_CHECK(seen.find("31 101\r\n") != std::string::npos);
}

CAF_TEST(a running program has a pid) {
  throwaway box{engine, {}};
  box.start();
  auto session = [&]() -> boost::asio::awaitable<void> {
    exec_request what;
    what.command = {"sleep", "60"};
    auto id = co_await create_exec(engine, box.id(), what);
    auto stream = co_await start_exec(engine, id, false);
    exec_state state;
    for (int i = 0; i < 1'000 && state.pid == 0; ++i)
      state = co_await inspect_exec(engine, id);
    CAF_CHECK(state.running);
    CAF_CHECK(!state.exit_code);
    CAF_CHECK_GREATER(state.pid, 0);
  };
  run_blocking(session());
}

CAF_TEST(stats show the load of a busy container) {
  throwaway box{engine, {.command = {"sh", "-c", "while :; do :; done"}}};
  box.start();
  container_stats last;
  auto watch = [&]() -> boost::asio::awaitable<void> {
    auto from = co_await stats(engine, box.id());
    for (int i = 0; i < 3; ++i)
      last = (co_await from.next()).value();
  };
  run_blocking(watch());
  CAF_CHECK_GREATER(last.cpu_percent, 5.0);
  CAF_CHECK_GREATER(last.memory, 50'000u);
  CAF_CHECK_GREATER(last.memory_limit, last.memory);
  CAF_CHECK(std::chrono::system_clock::now() - last.at < 30s);
}

CAF_TEST_FIXTURE_SCOPE_END()
