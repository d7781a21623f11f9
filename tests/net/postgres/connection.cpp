#define CAF_SUITE postgres_connection

#include "net/postgres/connection.hpp"

#include <fstream>
#include <functional>
#include <thread>

#include <arpa/inet.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/stat.h>

#include "net/postgres/pool.hpp"
#include "net/postgres/reach.hpp"
#include "tests/net/postgres/server.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::net::pg;
using namespace std::chrono_literals;

namespace asio = boost::asio;

namespace {

using clock_type = std::chrono::steady_clock;
using task = asio::awaitable<void>;

/// One for all tests; those that break it bring one of their own.
test::postgres_server& server() {
  static test::postgres_server instance;
  return instance;
}

struct fixture {
  /// Runs `f` to its end; what it throws is left in `problem` and `sqlstate`.
  void run(std::function<task()> f) {
    problem.clear();
    sqlstate.clear();
    auto begun = clock_type::now();
    asio::co_spawn(io, f(), [this](const std::exception_ptr& e) { keep(e); });
    io.run();
    io.restart();
    took = clock_type::now() - begun;
  }

  void keep(const std::exception_ptr& e) {
    try {
      if (e)
        std::rethrow_exception(e);
    } catch (const error& x) {
      problem = x.what();
      sqlstate = x.sqlstate();
    } catch (const std::exception& x) {
      problem = x.what();
    }
  }

  std::shared_ptr<pool> make_pool(size_t limit) {
    return std::make_shared<pool>(
      io.get_executor(),
      [] { return connection::open(server().conninfo(), postgres()); }, limit);
  }

  static connect_options postgres() {
    connect_options result;
    result.database = "postgres";
    return result;
  }

  asio::io_context io{1};
  std::string problem;
  std::string sqlstate;
  clock_type::duration took{};
};

size_t open_files() {
  auto all = std::filesystem::directory_iterator{"/proc/self/fd"};
  return static_cast<size_t>(std::distance(begin(all), end(all)));
}

std::vector<value> list(std::initializer_list<value> xs) {
  return xs;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(connection_tests, fixture)

CAF_TEST(values travel as they are and nulls as nulls) {
  std::string odd = "it's \"odd\" \\ $1 ñ日本\n'); DROP TABLE x; --";
  run([&]() -> task {
    auto uut = co_await connection::open(server().conninfo(), postgres());
    auto values = list({odd, std::nullopt, "", "42"});
    auto x = co_await uut->query("SELECT $1::text, $2::text, $3::text, "
                                 "$4::int8, true, false",
                                 values);
    CAF_CHECK_EQUAL(x.rows(), 1);
    CAF_CHECK_EQUAL(x.columns(), 6);
    CAF_CHECK_EQUAL(x.text(0, 0), odd);
    CAF_CHECK(x.null(0, 1));
    CAF_CHECK(!x.optional_text(0, 1));
    CAF_CHECK(!x.null(0, 2));
    CAF_CHECK_EQUAL(x.number(0, 3), 42u);
    CAF_CHECK(x.flag(0, 4));
    CAF_CHECK(!x.flag(0, 5));
    CAF_CHECK(uut->server_version().starts_with("1"));
    CAF_CHECK_EQUAL(uut->identifier("a\"b"), "\"a\"\"b\"");
    auto app = co_await uut->query("SELECT current_setting('application_name'),"
                                   "current_setting('search_path'),"
                                   "current_setting('lock_timeout')");
    CAF_CHECK_EQUAL(app.text(0, 0), "atalaya");
    CAF_CHECK_EQUAL(app.text(0, 1), "");
    CAF_CHECK_EQUAL(app.text(0, 2), "1s");
  });
  CAF_CHECK_EQUAL(problem, "");
}

CAF_TEST(a big answer and a big question arrive whole) {
  run([&]() -> task {
    auto uut = co_await connection::open(server().conninfo(), postgres());
    auto rows = co_await uut->query("SELECT repeat('x', 1000) "
                                    "FROM generate_series(1, 20000)");
    CAF_CHECK_EQUAL(rows.rows(), 20000);
    auto text = std::string(30'000'000, 'y');
    auto values = list({text});
    auto x = co_await uut->query("SELECT length($1)", values);
    CAF_CHECK_EQUAL(x.number(0, 0), text.size());
  });
  CAF_CHECK_EQUAL(problem, "");
}

CAF_TEST(a refused statement leaves the connection usable) {
  run([&]() -> task {
    auto uut = co_await connection::open(server().conninfo(), postgres());
    try {
      co_await uut->query("SELECT 1/0");
      CAF_FAIL("no exception");
    } catch (const error& e) {
      CAF_CHECK_EQUAL(e.sqlstate(), "22012");
      CAF_CHECK(e.connected());
      CAF_CHECK(std::string{e.what()}.find("division by zero")
                != std::string::npos);
    }
    CAF_CHECK(uut->idle());
    auto x = co_await uut->query("SELECT 1");
    CAF_CHECK_EQUAL(x.text(0, 0), "1");
  });
  CAF_CHECK_EQUAL(problem, "");
}

CAF_TEST(two statements at once and COPY are refused) {
  run([&]() -> task {
    auto uut = co_await connection::open(server().conninfo(), postgres());
    co_await uut->query("SELECT 1; DROP TABLE x");
  });
  CAF_CHECK_EQUAL(sqlstate, "42601");
  run([&]() -> task {
    auto uut = co_await connection::open(server().conninfo(), postgres());
    co_await uut->query("COPY (SELECT 1) TO STDOUT");
  });
  CAF_CHECK_EQUAL(problem, "a COPY can't be run as a query");
}

CAF_TEST(a query that takes too long ends and closes) {
  run([&]() -> task {
    auto uut = co_await connection::open(server().conninfo(), postgres());
    co_await uut->query("SELECT pg_sleep(8)", {}, 300ms);
  });
  CAF_CHECK(problem.find("took too long") != std::string::npos);
  CAF_CHECK_LESS(took, 3s);
}

CAF_TEST(a lock that somebody holds is not waited for) {
  server().run("CREATE DATABASE locked");
  server().run("CREATE TABLE held (x int)", "locked");
  run([&]() -> task {
    auto options = postgres();
    options.database = "locked";
    auto owner = co_await connection::open(server().conninfo(), options);
    co_await owner->query("BEGIN");
    co_await owner->query("LOCK TABLE public.held");
    options.lock_timeout = 100ms;
    auto uut = co_await connection::open(server().conninfo(), options);
    co_await uut->query("SELECT * FROM public.held");
  });
  CAF_CHECK_EQUAL(sqlstate, "55P03");
}

CAF_TEST(a server that never answers is given up after the timeout) {
  asio::ip::tcp::acceptor silent{io, {asio::ip::address_v4::loopback(), 0}};
  auto port = std::to_string(silent.local_endpoint().port());
  run([&]() -> task {
    auto options = postgres();
    options.connect_timeout = 300ms;
    co_await connection::open("host=127.0.0.1 user=x port=" + port, options);
  });
  CAF_CHECK_EQUAL(problem, "PostgreSQL at 127.0.0.1:" + port
                             + " did not answer within 0.3 s");
  CAF_CHECK_LESS(took, 3s);
}

CAF_TEST(a host name that nobody knows is said) {
  run([&]() -> task {
    co_await connection::open("host=no-such-host.invalid user=x", postgres());
  });
  CAF_CHECK(problem.find("no-such-host.invalid") != std::string::npos);
}

CAF_TEST(a missing password is told from a wrong one) {
  auto conninfo = server().conninfo();
  conninfo.resize(conninfo.find(" password="));
  run([&]() -> task { co_await connection::open(conninfo, postgres()); });
  CAF_CHECK(problem.find("wants a password for role odoo")
            != std::string::npos);
}

CAF_TEST(a password file is read) {
  auto conninfo = server().conninfo();
  conninfo.resize(conninfo.find(" password="));
  std::string path = "/tmp/atalaya-passfile-" + std::to_string(getpid());
  std::ofstream{path} << "*:*:*:odoo:odoo\n";
  chmod(path.c_str(), 0600);
  run([&]() -> task {
    co_await connection::open(conninfo + " passfile=" + path, postgres());
  });
  CAF_CHECK_EQUAL(problem, "");
  std::filesystem::remove(path);
}

CAF_TEST(no descriptor is left open) {
  run([&]() -> task {
    co_await connection::open(server().conninfo(), postgres());
  });
  auto before = open_files();
  for (auto i = 0; i < 20; ++i)
    run([&]() -> task {
      auto good = co_await connection::open(server().conninfo(), postgres());
      co_await connection::open(server().conninfo("wrong"), postgres());
    });
  CAF_CHECK_EQUAL(sqlstate, "28P01");
  CAF_CHECK_EQUAL(open_files(), before);
}

CAF_TEST(cancelling a query closes its connection at once) {
  asio::cancellation_signal cancel;
  auto query = []() -> task {
    auto uut = co_await connection::open(server().conninfo(), postgres());
    co_await uut->query("SELECT pg_sleep(8)");
  };
  auto begun = clock_type::now();
  asio::co_spawn(
    io, query(),
    asio::bind_cancellation_slot(
      cancel.slot(), [this](const std::exception_ptr& e) { keep(e); }));
  asio::steady_timer timer{io, 500ms};
  timer.async_wait(
    [&](auto) { cancel.emit(asio::cancellation_type::terminal); });
  io.run();
  CAF_CHECK(!problem.empty());
  CAF_CHECK_LESS(clock_type::now() - begun, 3s);
}

CAF_TEST(a pool keeps connections and never opens more than its limit) {
  auto uut = make_pool(2);
  run([&]() -> task {
    std::string first;
    {
      auto x = co_await uut->acquire();
      CAF_CHECK(x.fresh());
      auto pid = co_await x->query("SELECT pg_backend_pid()");
      first = pid.text(0, 0);
    }
    auto x = co_await uut->acquire();
    CAF_CHECK(!x.fresh());
    auto pid = co_await x->query("SELECT pg_backend_pid()");
    CAF_CHECK_EQUAL(pid.text(0, 0), first);
    auto y = co_await uut->acquire();
    CAF_CHECK(y.fresh());
    co_await uut->acquire(200ms);
  });
  CAF_CHECK_EQUAL(problem, "all connections to PostgreSQL are busy");
}

CAF_TEST(those who wait for a pool get a place when one is given back) {
  auto uut = make_pool(1);
  auto served = 0;
  for (auto i = 0; i < 10; ++i)
    asio::co_spawn(
      io,
      [&]() -> task {
        auto x = co_await uut->acquire();
        co_await x->query("SELECT pg_sleep(0.02)");
        ++served;
      },
      [this](const std::exception_ptr& e) { keep(e); });
  io.run();
  CAF_CHECK_EQUAL(problem, "");
  CAF_CHECK_EQUAL(served, 10);
}

CAF_TEST(a broken connection does not go back into the pool) {
  auto uut = make_pool(1);
  run([&]() -> task {
    auto x = co_await uut->acquire();
    co_await x->query("SELECT pg_sleep(5)", {}, 50ms);
  });
  CAF_CHECK(!problem.empty());
  run([&]() -> task {
    auto x = co_await uut->acquire();
    CAF_CHECK(x.fresh());
    x.discard();
  });
  run([&]() -> task {
    auto x = co_await uut->acquire();
    CAF_CHECK(x.fresh());
  });
  CAF_CHECK_EQUAL(problem, "");
}

CAF_TEST(a pool waits longer after each failure up to two seconds) {
  auto attempts = 0;
  auto uut = std::make_shared<pool>(
    io.get_executor(),
    [&]() -> asio::awaitable<std::unique_ptr<connection>> {
      ++attempts;
      throw error{"attempt " + std::to_string(attempts)};
      co_return nullptr;
    },
    1);
  auto acquire = [&]() -> task { co_await uut->acquire(); };
  run(acquire);
  CAF_CHECK_EQUAL(problem, "attempt 1");
  CAF_CHECK(uut->retry_in() > 0ms && uut->retry_in() <= 100ms);
  run(acquire);
  CAF_CHECK_EQUAL(problem, "attempt 1");
  CAF_CHECK_EQUAL(attempts, 1);
  for (auto expected : {200ms, 400ms, 800ms, 1600ms, 2000ms, 2000ms}) {
    std::this_thread::sleep_for(uut->retry_in());
    run(acquire);
    CAF_CHECK(uut->retry_in() > expected / 2);
    CAF_CHECK(uut->retry_in() <= expected);
  }
  uut->retry_now();
  run(acquire);
  CAF_CHECK_EQUAL(problem, "attempt 8");
}

CAF_TEST(of two failures the one that the server spoke is reported) {
  postgres_target target;
  target.conninfos = {"host=127.0.0.1 port=1 user=odoo",
                      server().conninfo("wrong"),
                      "host=127.0.0.1 port=2 user=odoo"};
  run([&]() -> task { co_await reach(target, postgres()); });
  CAF_CHECK_EQUAL(sqlstate, "28P01");
}

CAF_TEST_FIXTURE_SCOPE_END()
