#define CAF_SUITE dump_faults

#include <chrono>
#include <fstream>
#include <mutex>
#include <thread>

#include <sys/stat.h>

#include "net/engine/blocking.hpp"
#include "tests/operations/dump_fixture.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::test;
using namespace std::chrono_literals;

namespace {

using clock_type = std::chrono::steady_clock;

constexpr auto waiting_sql = "SELECT count(*) FROM pg_locks WHERE NOT granted";

/// 40 MB in two tables.
constexpr auto much = "CREATE TABLE big AS SELECT i, repeat(md5(i::text), 8) "
                      "AS filler FROM generate_series(1, 100000) i; "
                      "CREATE TABLE other AS SELECT * FROM big LIMIT 40000; "
                      "CREATE INDEX ON big (i); CREATE SEQUENCE s";

/// True once `f` is, within ten seconds.
template <class F>
bool eventually(F f) {
  for (auto i = 0; i < 1000; ++i) {
    if (f())
      return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

const std::string& much_database() {
  static const std::string name = [] {
    make_database("much", much);
    return "much";
  }();
  return name;
}

dump_options small_pieces(bool slow) {
  dump_options options;
  options.rows.piece = 1 << 20;
  options.rows.buffer = 1 << 19;
  options.force_slow = slow;
  return options;
}

/// A folder with a pg_dump that does `script` with the real one's output;
/// --version is left alone.
class false_programs {
public:
  explicit false_programs(const std::string& script) {
    mkdtemp(folder_.data());
    auto path = folder_ + "/pg_dump";
    std::ofstream{path} << "#!/bin/sh\nreal=$(ls -d /usr/lib/postgresql/*/bin "
                           "| tail -1)/pg_dump\ncase \"$*\" in *--version*) "
                           "exec $real --version;; esac\n"
                        << script << '\n';
    chmod(path.c_str(), 0755);
    auto real = std::filesystem::path{"/usr/bin/pg_restore"};
    std::filesystem::create_symlink(real, folder_ + "/pg_restore");
  }

  false_programs(const false_programs&) = delete;
  false_programs& operator=(const false_programs&) = delete;

  ~false_programs() {
    auto ec = std::error_code{};
    std::filesystem::remove_all(folder_, ec);
  }

  dumped dump(const dump_options& options) const {
    auto from = source_of(much_database());
    from.programs = folder_;
    return dump_to_text(from, options);
  }

private:
  std::string folder_ = "/tmp/atalaya-programs-XXXXXX";
};

bool nobody_left() {
  return eventually([] { return backends_of(much_database()) == "0"; });
}

} // namespace

CAF_TEST(a TRUNCATE that comes after the start waits until the rows are out) {
  make_database("held", much);
  auto rows = rows_of("held");
  std::atomic<bool> truncated{false};
  std::thread other;
  auto options = small_pieces(false);
  options.held = [&](uint64_t table_bytes) {
    CAF_CHECK(table_bytes > 10'000'000);
    other = std::thread{[&] {
      dump_server().run("TRUNCATE big", "held");
      truncated = true;
    }};
    CAF_CHECK(eventually([] {
      return dump_server().run(waiting_sql, "postgres", "postgres") == "1";
    }));
  };
  std::string text;
  auto early = false;
  std::mutex mutex;
  std::atomic<bool> never{false};
  auto result = dump(
    source_of("held"),
    [&](std::string_view bytes) {
      std::scoped_lock lock{mutex};
      early = early || truncated;
      text += bytes;
    },
    [](uint64_t) {}, never, options);
  other.join();
  CAF_CHECK(!early);
  CAF_CHECK(result.way == dump_way::fast);
  CAF_MESSAGE("and others are refused what the holder then copies");
  CAF_CHECK_EQUAL(result.refused_tables, 1u);
  CAF_CHECK_EQUAL(restore(text, "held_back"), "");
  CAF_CHECK_EQUAL(rows_of("held_back"), rows);
  CAF_CHECK_EQUAL(dump_server().run("SELECT count(*) FROM big", "held"), "0");
}

CAF_TEST(both ways are whole while others truncate and alter and create) {
  make_database("busy", std::string{much}
                          + "; CREATE TABLE pair (a int, b text); INSERT INTO "
                            "pair SELECT i, 'x' FROM generate_series(1, 100) i"
                            "; CREATE TABLE churn (a int)");
  std::jthread script{[](std::stop_token stop) {
    for (auto i = 0; !stop.stop_requested() && i < 10'000; ++i) {
      auto n = std::to_string(i);
      dump_server().run("BEGIN; TRUNCATE pair; INSERT INTO pair SELECT i, 'y' "
                        "FROM generate_series(1, 100) i; COMMIT",
                        "busy");
      dump_server().run("ALTER TABLE pair ADD COLUMN c" + n
                          + " int DEFAULT 7; ALTER TABLE pair DROP COLUMN c"
                          + n,
                        "busy");
      dump_server().run("DELETE FROM churn; INSERT INTO churn VALUES (1); "
                        "CREATE TABLE made (a int)",
                        "busy");
      std::this_thread::sleep_for(150ms);
      dump_server().run("DROP TABLE made", "busy");
      std::this_thread::sleep_for(150ms);
    }
  }};
  auto big = dump_server().run("SELECT md5(string_agg(t::text, ',' ORDER BY i))"
                               " FROM big t",
                               "busy");
  auto fast = 0;
  for (auto i = 0; i < 8; ++i) {
    auto x = dump_to_text(source_of("busy"), small_pieces(i % 2 == 1));
    CAF_REQUIRE_EQUAL(x.problem, "");
    CAF_MESSAGE("attempts: " << x.result.attempts);
    auto fast_wanted = i % 2 == 0;
    auto given_up = x.result.attempts > 6;
    CAF_CHECK((x.result.way == dump_way::fast) == (fast_wanted && !given_up));
    CAF_CHECK_EQUAL(x.result.reasons.size(), given_up ? 1u : 0u);
    fast += x.result.way == dump_way::fast;
    auto name = "busy_" + std::to_string(i);
    CAF_CHECK_EQUAL(restore(x.text, name), "");
    CAF_CHECK_EQUAL(
      dump_server().run("SELECT count(*) FROM pair", name, "postgres"), "100");
    CAF_CHECK_EQUAL(dump_server().run("SELECT md5(string_agg(t::text, ',' "
                                      "ORDER BY i)) FROM big t",
                                      name, "postgres"),
                    big);
    dump_server().run("DROP DATABASE " + name, "postgres", "postgres");
  }
  CAF_CHECK(fast > 0);
}

CAF_TEST(a pg_dump that is killed or cut short fails the dump) {
  for (auto script :
       {"$real \"$@\" | head -c 700; kill -9 $$", "$real \"$@\" | head -c 900",
        "$real \"$@\"; exit 3", "exit 0"}) {
    false_programs programs{script};
    for (auto slow : {false, true}) {
      auto x = programs.dump(small_pieces(slow));
      CAF_CHECK(!x.problem.empty());
      CAF_MESSAGE(x.problem);
      CAF_CHECK(x.text.size() < 1'000 || slow);
    }
  }
  CAF_CHECK(nobody_left());
}

CAF_TEST(an archive that is cut anywhere fails the dump) {
  auto options = small_pieces(true);
  options.archive = true;
  auto whole = false_programs{"exec $real \"$@\""}.dump(options);
  CAF_REQUIRE_EQUAL(whole.problem, "");
  auto size = whole.text.size();
  for (auto at : {size_t{1}, size_t{1000}, size / 2, size - 5, size - 1}) {
    false_programs programs{"$real \"$@\" | head -c " + std::to_string(at)};
    auto x = programs.dump(options);
    CAF_CHECK(!x.problem.empty());
    CAF_MESSAGE(x.problem);
  }
}

CAF_TEST(the errors of pg_dump are told) {
  false_programs programs{"echo 'pg_dump: error: no way' >&2; exit 1"};
  auto x = programs.dump(small_pieces(false));
  CAF_CHECK_EQUAL(x.problem, "pg_dump failed with exit code 1: "
                             "pg_dump: error: no way");
}

CAF_TEST(a missing pg_dump is told with what to install) {
  auto from = source_of(much_database());
  from.programs = "/nonexistent";
  auto x = dump_to_text(from);
  CAF_CHECK(x.problem.find("install postgresql-client-") != x.problem.npos);
}

CAF_TEST(a PostgreSQL that is killed fails the dump) {
  for (auto slow : {false, true}) {
    postgres_server own;
    make_database("much", much, own);
    auto from = source_of("much", own);
    std::atomic<bool> never{false};
    std::atomic<size_t> bytes{0};
    std::atomic<bool> killed{false};
    std::string problem;
    auto sink = [&](std::string_view piece) {
      bytes += piece.size();
      if (bytes > 1'000'000 && !killed.exchange(true))
        own.kill_hard();
    };
    auto begun = clock_type::now();
    try {
      dump(from, sink, [](uint64_t) {}, never, small_pieces(slow));
    } catch (const std::exception& e) {
      problem = e.what();
    }
    CAF_CHECK(!problem.empty());
    CAF_MESSAGE(problem);
    CAF_CHECK(clock_type::now() - begun < 15s);
  }
}

CAF_TEST(cancelling ends it quickly and leaves no backend behind) {
  for (auto slow : {false, true}) {
    std::atomic<bool> cancelled{false};
    clock_type::time_point asked;
    std::atomic<size_t> bytes{0};
    auto told = false;
    auto sink = [&](std::string_view piece) {
      bytes += piece.size();
      if (bytes > 1'000'000 && !cancelled.exchange(true))
        asked = clock_type::now();
    };
    try {
      dump(
        source_of(much_database()), sink, [](uint64_t) {}, cancelled,
        small_pieces(slow));
    } catch (const net::wait_cancelled&) {
      told = true;
    }
    CAF_CHECK(told);
    CAF_CHECK(clock_type::now() - asked < 5s);
    CAF_CHECK(nobody_left());
  }
}

CAF_TEST(cancelling ends the wait for a lock too) {
  std::atomic<bool> cancelled{false};
  std::jthread other{[&] {
    dump_server().run("BEGIN; LOCK TABLE big; SELECT pg_sleep(6)",
                      much_database());
  }};
  std::this_thread::sleep_for(300ms);
  std::jthread impatient{[&] {
    std::this_thread::sleep_for(300ms);
    cancelled = true;
  }};
  auto begun = clock_type::now();
  auto told = false;
  try {
    dump(
      source_of(much_database()), [](std::string_view) {}, [](uint64_t) {},
      cancelled);
  } catch (const net::wait_cancelled&) {
    told = true;
  }
  CAF_CHECK(told);
  CAF_CHECK(clock_type::now() - begun < 5s);
}

CAF_TEST(a sink that fails ends the dump with its own words) {
  std::atomic<bool> never{false};
  std::atomic<size_t> bytes{0};
  std::string problem;
  try {
    dump(
      source_of(much_database()),
      [&](std::string_view piece) {
        bytes += piece.size();
        if (bytes > 1'000'000)
          throw std::runtime_error{"the disk is full"};
      },
      [](uint64_t) {}, never, small_pieces(false));
  } catch (const std::exception& e) {
    problem = e.what();
  }
  CAF_CHECK_EQUAL(problem, "the disk is full");
  CAF_CHECK(nobody_left());
}
