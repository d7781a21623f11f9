#define CAF_SUITE postgres_cluster

#include "net/postgres/cluster.hpp"

#include <thread>

#include <boost/asio/io_context.hpp>

#include "tests/net/postgres/server.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace std::chrono_literals;

namespace {

using clock_type = std::chrono::steady_clock;

caf::actor_system_config& small(caf::actor_system_config& cfg) {
  cfg.set("scheduler.policy", caf::atom("sharing"));
  cfg.set("scheduler.max-threads", 2);
  return cfg;
}

std::string quoted(std::string name) {
  for (size_t i = 0; (i = name.find('"', i)) != name.npos; i += 2)
    name.insert(i, 1, '"');
  return '"' + name + '"';
}

/// One for all tests, emptied before each.
test::postgres_server& empty_server() {
  static test::postgres_server server;
  std::string name;
  while (
    !(name = server.run("SELECT max(datname) FROM pg_database WHERE datname"
                        " NOT IN ('postgres', 'template0', 'template1')",
                        "template1", "postgres"))
       .empty()) {
    server.run("ALTER DATABASE " + quoted(name) + " IS_TEMPLATE false",
               "template1", "postgres");
    server.run("DROP DATABASE " + quoted(name) + " WITH (FORCE)", "template1",
               "postgres");
  }
  return server;
}

struct fixture {
  fixture() : guard(io.get_executor()), sys(small(cfg)), self(sys) {
    thread = std::thread{[this] { io.run(); }};
  }

  ~fixture() {
    if (cluster)
      caf::anon_send_exit(cluster, caf::exit_reason::user_shutdown);
    sys.await_actors_before_shutdown(false);
    guard.reset();
    thread.join();
  }

  void watch(postgres_target target) {
    cluster = net::spawn_cluster(sys, io.get_executor(), std::move(target),
                                 caf::actor_cast<caf::actor>(self));
  }

  void watch() {
    watch(target_of(server.conninfo()));
  }

  static postgres_target target_of(std::string conninfo) {
    postgres_target result;
    result.conninfos.push_back(std::move(conninfo));
    return result;
  }

  const catalog_row* row(const std::string& name) const {
    for (const auto& x : last.databases)
      if (x.name == name)
        return &x;
    return nullptr;
  }

  /// Whether a catalog that `f` likes comes within `patience`.
  template <class F>
  bool comes(F f, std::chrono::milliseconds patience = 3s) {
    auto deadline = clock_type::now() + patience;
    while (clock_type::now() < deadline) {
      self->receive(
        [&](const catalog& x) {
          last = x;
          ++received;
        },
        caf::after(10ms) >> [] {});
      if (f())
        return true;
    }
    return false;
  }

  /// Empties the inbox for this long.
  void listen(std::chrono::milliseconds length) {
    comes([] { return false; }, length);
  }

  bool appears(const std::string& name) {
    return comes([&] { return row(name) != nullptr; });
  }

  bool disappears(const std::string& name) {
    return comes([&] { return last.reachable && row(name) == nullptr; });
  }

  test::postgres_server& server = empty_server();
  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type>
    guard;
  std::thread thread;
  caf::actor_system_config cfg;
  caf::actor_system sys;
  caf::scoped_actor self;
  cluster_actor cluster;
  catalog last;
  int received = 0;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(cluster_tests, fixture)

CAF_TEST(a created database shows within three seconds and goes when dropped) {
  watch();
  CAF_REQUIRE(comes([&] { return last.reachable; }));
  CAF_CHECK_EQUAL(last.databases.size(), 0u);
  CAF_CHECK(last.server_version.find('.') != std::string::npos);
  server.run("CREATE DATABASE prod");
  CAF_REQUIRE(appears("prod"));
  CAF_CHECK(row("prod")->listed);
  CAF_REQUIRE(comes([&] { return row("prod")->size.has_value(); }));
  CAF_CHECK(row("prod")->sized_at.has_value());
  server.run("DROP DATABASE prod");
  CAF_CHECK(disappears("prod"));
}

CAF_TEST(names of every kind show as they are) {
  std::vector<std::string> names{
    "with space", "Upper-Case.v19",     "it's",
    "dou\"ble",   "back\\slash",        "semi;colon--",
    "$1",         "ñandú-日本",         "'; DROP",
    "a=b",        std::string(63, 'x'), "host=evil.example dbname=postgres"};
  for (const auto& name : names) {
    server.run("CREATE DATABASE " + quoted(name));
    server.run("CREATE TABLE ir_module_module (name text, latest_version text);"
               "INSERT INTO ir_module_module VALUES ('base', '19.0.1.3')",
               name);
  }
  watch();
  for (const auto& name : names) {
    CAF_MESSAGE(name);
    CAF_REQUIRE(appears(name));
    CAF_CHECK(comes([&] { return row(name)->base_version == "19.0.1.3"; }));
  }
  CAF_CHECK_EQUAL(last.databases.size(), names.size());
}

CAF_TEST(only what Odoo would list is listed and templates are hidden) {
  server.run("CREATE ROLE other LOGIN CREATEDB", "postgres", "postgres");
  server.run("CREATE DATABASE mine");
  server.run("CREATE DATABASE hidden IS_TEMPLATE true");
  server.run("CREATE DATABASE shut ALLOW_CONNECTIONS false");
  server.run("CREATE DATABASE theirs", "postgres", "other");
  watch();
  CAF_REQUIRE(appears("mine"));
  CAF_CHECK(row("mine")->listed);
  CAF_REQUIRE(row("theirs"));
  CAF_CHECK(!row("theirs")->listed);
  CAF_REQUIRE(row("shut"));
  CAF_CHECK(!row("shut")->listed);
  CAF_CHECK(!row("hidden"));
  CAF_CHECK(!row("postgres"));
  CAF_CHECK(!row("template0"));
  CAF_CHECK(!row("template1"));
  auto target = target_of(server.conninfo());
  target.odoo_role = "other";
  caf::anon_send(cluster, target);
  CAF_CHECK(
    comes([&] { return row("theirs")->listed && !row("mine")->listed; }));
}

CAF_TEST(a database becomes one of Odoo while it is watched) {
  watch();
  CAF_REQUIRE(comes([&] { return last.reachable; }));
  server.run("CREATE DATABASE young");
  CAF_REQUIRE(appears("young"));
  CAF_CHECK(!row("young")->has_modules);
  server.run("CREATE TABLE ir_module_module (name text, latest_version text);"
             "INSERT INTO ir_module_module VALUES ('base', NULL)",
             "young");
  CAF_CHECK(comes([&] { return row("young")->has_modules; }));
  CAF_CHECK(!row("young")->base_version);
  server.run("UPDATE ir_module_module SET latest_version = '19.0.1.3';"
             "CREATE TABLE ir_config_parameter (key text, value text);"
             "INSERT INTO ir_config_parameter VALUES"
             " ('database.is_neutralized', 'true')",
             "young");
  CAF_CHECK(comes([&] { return row("young")->base_version == "19.0.1.3"; }));
  CAF_CHECK(row("young")->neutralized);
}

CAF_TEST(a size is read again after rows were written) {
  server.run("CREATE DATABASE grows");
  server.run("SELECT 1", "grows"); // the first session makes a cache file
  watch();
  CAF_REQUIRE(appears("grows"));
  CAF_REQUIRE(comes([&] { return row("grows")->size.has_value(); }));
  auto before = *row("grows")->size;
  CAF_CHECK_EQUAL(std::to_string(before),
                  server.run("SELECT pg_database_size('grows')"));
  server.run("CREATE TABLE t AS SELECT generate_series(1, 100000)", "grows");
  CAF_CHECK(
    comes([&] { return row("grows")->size > before + 1'000'000; }, 14s));
}

CAF_TEST(connections are counted without ours) {
  server.run("CREATE DATABASE used");
  watch();
  CAF_REQUIRE(appears("used"));
  listen(2500ms);
  CAF_CHECK_EQUAL(row("used")->connections, 0u);
  std::thread client{
    [&] { server.run("SELECT pg_sleep(5)", "used", "postgres"); }};
  CAF_CHECK(comes([&] { return row("used")->connections == 1; }));
  client.join();
  CAF_CHECK(comes([&] { return row("used")->connections == 0; }));
  std::thread ours{[&] {
    server.run("SET application_name = 'atalaya'; SELECT pg_sleep(4)", "used",
               "postgres");
  }};
  CAF_CHECK(!comes([&] { return row("used")->connections > 0; }, 4s));
  ours.join();
}

CAF_TEST(copying renaming and dropping work while we watch) {
  server.run("CREATE DATABASE source");
  watch();
  CAF_REQUIRE(appears("source"));
  auto begun = clock_type::now();
  for (auto i = 0; i < 6; ++i) {
    caf::anon_send(cluster, atom::reload_v);
    server.run("CREATE DATABASE copy TEMPLATE source");
    server.run("ALTER DATABASE copy RENAME TO renamed");
    server.run("DROP DATABASE renamed");
    listen(300ms);
  }
  CAF_CHECK_LESS(clock_type::now() - begun, 12s);
}

CAF_TEST(a server that dies is reported once and found again) {
  server.run("CREATE DATABASE prod");
  watch();
  CAF_REQUIRE(appears("prod"));
  CAF_REQUIRE(comes([&] { return row("prod")->size.has_value(); }));
  server.kill_hard();
  CAF_REQUIRE(comes([&] { return !last.reachable; }));
  CAF_MESSAGE(last.detail);
  CAF_CHECK(last.detail.find("can't be reached: ") != std::string::npos);
  CAF_CHECK(row("prod") != nullptr);
  received = 0;
  listen(3s);
  CAF_CHECK_EQUAL(received, 0);
  server.start();
  CAF_CHECK(comes([&] { return last.reachable; }));
  CAF_CHECK(row("prod") != nullptr);
}

CAF_TEST(a wrong password is said in a sentence without the password) {
  watch(target_of(server.conninfo("sesame")));
  CAF_REQUIRE(comes([&] { return !last.detail.empty(); }));
  CAF_CHECK(!last.reachable);
  CAF_MESSAGE(last.detail);
  CAF_CHECK(last.detail.find("refused the password of role odoo")
            != std::string::npos);
  CAF_CHECK(last.detail.find("sesame") == std::string::npos);
  caf::anon_send(cluster, target_of(server.conninfo()));
  CAF_CHECK(comes([&] { return last.reachable; }, 1s));
  CAF_CHECK(last.detail.empty());
}

CAF_TEST(the strings are tried in order until one works) {
  auto target = target_of("host=127.0.0.1 port=1 user=odoo");
  target.conninfos.push_back(server.conninfo());
  server.run("CREATE DATABASE prod");
  watch(target);
  CAF_REQUIRE(appears("prod"));
  CAF_CHECK(comes([&] { return row("prod")->size.has_value(); }));
}

CAF_TEST(a cluster without the database postgres is watched too) {
  server.run("CREATE DATABASE prod");
  server.run("DROP DATABASE postgres", "template1", "postgres");
  watch();
  CAF_REQUIRE(appears("prod"));
  server.run("CREATE DATABASE copy TEMPLATE template1", "prod");
  CAF_CHECK(appears("copy"));
  server.run("CREATE DATABASE postgres", "template1", "postgres");
}

CAF_TEST(nothing known to reach it by is said as it was handed in) {
  postgres_target target;
  target.detail = "no address that can be reached";
  watch(target);
  CAF_REQUIRE(comes([&] { return !last.detail.empty(); }));
  CAF_CHECK_EQUAL(last.detail, target.detail);
  CAF_CHECK(!last.reachable);
}

CAF_TEST_FIXTURE_SCOPE_END()
