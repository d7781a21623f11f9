#include "operations/dump_hold.hpp"

#include <algorithm>

#include "operations/dump_catalog.hpp"

namespace atalaya {

namespace {

namespace asio = boost::asio;
namespace pg = net::pg;

/// A statement names so many tables at most.
constexpr auto tables_at_once = size_t{500};

/// Each table may keep one waiting for the connection's lock_timeout.
constexpr auto lock_patience = std::chrono::minutes{2};

constexpr auto begin_sql
  = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/// As pg_dump sets them (setup_connection in pg_dump.c), and two for a backend
/// whose client is gone or that sits in a transaction. Older servers don't have
/// all.
constexpr auto settings_sql = R"(
SELECT pg_catalog.set_config(x.name, x.value, false)
  FROM (VALUES ('statement_timeout', '0'),
               ('idle_in_transaction_session_timeout', '0'),
               ('idle_session_timeout', '0'),
               ('transaction_timeout', '0'),
               ('client_connection_check_interval', '1s'),
               ('datestyle', 'ISO'), ('intervalstyle', 'postgres'),
               ('extra_float_digits', '3'), ('row_security', 'off'),
               ('synchronize_seqscans', 'off'),
               ('max_parallel_workers_per_gather', '0')) x (name, value)
  JOIN pg_catalog.pg_settings s ON s.name = lower(x.name))";

/// The table is locked, or isn't what it was; nothing is wrong.
bool is_refusal(const pg::error& e) {
  constexpr std::string_view codes[] = {
    "55P03", // lock_not_available
    "40P01", // deadlock_detected
    "42P01", // undefined_table
    "3F000", // invalid_schema_name
  };
  return std::ranges::find(codes, e.sqlstate()) != std::end(codes);
}

/// A statement with the time that waiting for locks may take.
asio::awaitable<void> run(pg::connection& on, std::string sql) {
  std::vector<pg::value> none;
  co_await on.query(std::move(sql), std::move(none), lock_patience);
}

asio::awaitable<void>
lock_all(pg::connection& on, const std::vector<locked_table>& tables) {
  for (size_t begin = 0; begin < tables.size(); begin += tables_at_once) {
    auto end = std::min(tables.size(), begin + tables_at_once);
    std::string names;
    for (auto i = begin; i < end; ++i)
      names += (names.empty() ? "ONLY " : ", ONLY ") + tables[i].quoted;
    co_await run(on, "LOCK TABLE " + names + " IN ACCESS SHARE MODE");
  }
}

asio::awaitable<std::string> lock_and_export(pg::connection& on) {
  auto before = co_await list_tables(on);
  co_await run(on, begin_sql);
  co_await lock_all(on, before);
  auto answer = co_await on.query("SELECT pg_catalog.pg_export_snapshot()");
  std::string snapshot{answer.text(0, 0)};
  auto inside = co_await list_tables(on);
  if (inside != before)
    throw lock_refused{"tables were made or dropped while the dump began"};
  co_return snapshot;
}

} // namespace

asio::awaitable<void> prepare(pg::connection& on) {
  co_await on.query(settings_sql);
}

asio::awaitable<std::string> hold_snapshot(pg::connection& on) {
  std::string refusal;
  try {
    co_return co_await lock_and_export(on);
  } catch (const pg::error& e) {
    if (!is_refusal(e))
      throw;
    refusal = e.what();
  } catch (const lock_refused& e) {
    refusal = e.what();
  }
  co_await roll_back(on);
  throw lock_refused{refusal};
}

asio::awaitable<void> join_snapshot(pg::connection& on, std::string snapshot) {
  co_await run(on, begin_sql);
  co_await run(on, "SET TRANSACTION SNAPSHOT '" + snapshot + '\'');
}

asio::awaitable<bool>
lock_at_once(pg::connection& on, std::string quoted_table) {
  try {
    co_await run(on, "LOCK TABLE ONLY " + quoted_table
                       + " IN ACCESS SHARE MODE NOWAIT");
  } catch (const pg::error& e) {
    if (!is_refusal(e))
      throw;
    co_return false;
  }
  co_return true;
}

asio::awaitable<void> roll_back(pg::connection& on) {
  co_await run(on, "ROLLBACK");
}

} // namespace atalaya
