#define CAF_SUITE postgres_copy_out

#include "net/postgres/copy_out.hpp"

#include <algorithm>
#include <functional>
#include <thread>

#include "net/engine/blocking.hpp"
#include "tests/net/postgres/server.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::net::pg;
using namespace std::chrono_literals;

namespace asio = boost::asio;

namespace {

using task = asio::awaitable<void>;

test::postgres_server& server() {
  static test::postgres_server instance;
  return instance;
}

/// Runs `f` with a connection; what it throws is returned.
std::string
with_connection(std::function<task(connection&)> f, std::stop_token stop = {}) {
  auto all = [&]() -> task {
    connect_options options;
    options.database = "postgres";
    auto on = co_await connection::open(server().conninfo(), options);
    co_await f(*on);
  };
  try {
    net::run_blocking(all(), stop);
    return "";
  } catch (const std::exception& e) {
    return e.what();
  }
}

std::string backends() {
  return server().run("SELECT count(*) FROM pg_stat_activity "
                      "WHERE application_name = 'atalaya'",
                      "postgres", "postgres");
}

bool nobody_left() {
  for (auto i = 0; i < 2000 && backends() != "0"; ++i)
    std::this_thread::sleep_for(10ms);
  return backends() == "0";
}

} // namespace

CAF_TEST(rows come whole and in bounds and the connection goes on) {
  auto problem = with_connection([](connection& on) -> task {
    std::string sql = "COPY (SELECT i, E'a\\tb\\n' FROM "
                      "generate_series(1, 10000) i) TO STDOUT";
    auto uut = co_await copy_out::begin(on, sql, 5s);
    std::string all;
    for (auto more = true; more;) {
      std::string text;
      more = co_await uut.next(text, 1000);
      CAF_CHECK(text.size() < 1000 + 20);
      CAF_CHECK(!more || text.size() >= 1000);
      CAF_CHECK(text.empty() || text.back() == '\n');
      all += text;
    }
    CAF_CHECK(all.starts_with("1\ta\\tb\\n\n2\t"));
    CAF_CHECK_EQUAL(std::count(all.begin(), all.end(), '\n'), 10000);
    CAF_CHECK(on.idle());
    auto x = co_await on.query("SELECT 42");
    CAF_CHECK_EQUAL(x.number(0, 0), 42u);
  });
  CAF_CHECK_EQUAL(problem, "");
}

CAF_TEST(a COPY that is refused says why and leaves the connection open) {
  auto problem = with_connection([](connection& on) -> task {
    std::string code;
    try {
      std::string sql = "COPY no_such_table TO STDOUT";
      auto uut = co_await copy_out::begin(on, sql, 5s);
    } catch (const error& e) {
      code = e.sqlstate();
      CAF_CHECK(e.connected());
    }
    CAF_CHECK_EQUAL(code, "42P01");
    CAF_CHECK(on.idle());
  });
  CAF_CHECK_EQUAL(problem, "");
}

CAF_TEST(a COPY that fails on its way says why) {
  auto problem = with_connection([](connection& on) -> task {
    std::string sql = "COPY (SELECT 1 / (5000 - i) FROM "
                      "generate_series(1, 10000) i) TO STDOUT";
    auto uut = co_await copy_out::begin(on, sql, 5s);
    std::string text, code;
    try {
      co_await uut.next(text, 1 << 20);
    } catch (const error& e) {
      code = e.sqlstate();
    }
    CAF_CHECK_EQUAL(code, "22012");
    CAF_CHECK(on.idle());
  });
  CAF_CHECK_EQUAL(problem, "");
}

CAF_TEST(a query is no COPY) {
  auto problem = with_connection([](connection& on) -> task {
    std::string sql = "SELECT 1";
    auto uut = co_await copy_out::begin(on, sql, 5s);
  });
  CAF_CHECK(!problem.empty());
  CAF_CHECK(nobody_left());
}

CAF_TEST(silence is an error however long rows came before) {
  auto problem = with_connection([](connection& on) -> task {
    std::string sql = "COPY (SELECT i, CASE WHEN i > 20000 THEN pg_sleep(5) "
                      "END FROM generate_series(1, 20001) i) TO STDOUT";
    auto uut = co_await copy_out::begin(on, sql, 500ms);
    std::string text;
    co_await uut.next(text, 1 << 20);
  });
  CAF_CHECK(problem.find("took too long") != problem.npos);
}

CAF_TEST(one that is left or cancelled half way closes the connection) {
  auto problem = with_connection([](connection& on) -> task {
    std::string sql = "COPY (SELECT * FROM generate_series(1, 5000000)) "
                      "TO STDOUT";
    {
      auto uut = co_await copy_out::begin(on, sql, 5s);
      std::string text;
      co_await uut.next(text, 1000);
    }
    CAF_CHECK(!on.idle());
    co_await on.query("SELECT 1");
  });
  CAF_CHECK_EQUAL(problem, "the connection to PostgreSQL is closed");
  CAF_CHECK(nobody_left());
  std::stop_source stop;
  std::jthread impatient{[&] {
    std::this_thread::sleep_for(300ms);
    stop.request_stop();
  }};
  auto begun = std::chrono::steady_clock::now();
  problem = with_connection(
    [](connection& on) -> task {
      std::string sql = "COPY (SELECT i, pg_sleep(0.01) FROM "
                        "generate_series(1, 500) i) TO STDOUT";
      auto uut = co_await copy_out::begin(on, sql, 5s);
      std::string text;
      co_await uut.next(text, 1 << 20);
    },
    stop.get_token());
  CAF_CHECK_EQUAL(problem, "cancelled");
  // The rows would have taken five seconds.
  CAF_CHECK(std::chrono::steady_clock::now() - begun < 4s);
}
