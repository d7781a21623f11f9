#pragma once

// The dump of one database: plain SQL as pg_dump writes it, or pg_dump's own
// archive. Never the sections of two moments: one snapshot, held with every
// table locked until the last row is out.

#include <atomic>
#include <chrono>
#include <map>

#include "actors/model/instance_plan.hpp"
#include "net/engine/client.hpp"
#include "operations/dump_plan.hpp"
#include "operations/dump_rows.hpp"

namespace atalaya {

/// What to dump, and by what.
struct dump_source {
  std::string database;
  postgres_target postgres;
  net::engine_client engine;
  std::string container; ///< PostgreSQL's; empty: it runs in none.
  /// Where pg_dump is without a container; empty: where Debian has it.
  std::string programs;
};

struct dump_options {
  bool archive = false; ///< pg_dump's custom format instead of SQL.
  bool force_slow = false;
  size_t connections = 3;           ///< That rows are copied over; 1 to 8.
  size_t schema = size_t{32} << 20; ///< Bytes of each section in memory.
  /// How long a table that others have locked is waited for, in each attempt.
  std::chrono::milliseconds lock_timeout{std::chrono::seconds{10}};
  rows_limits rows;
  /// Called before each attempt but the first: time has passed.
  std::function<void()> again;
  /// Called when the snapshot is held, before anything is written, with the
  /// bytes of the tables, as they lie on disk.
  std::function<void(uint64_t table_bytes)> held;
};

/// What was dumped, all of it read in the dump's snapshot.
struct dump_result {
  dump_way way = dump_way::fast;
  std::vector<slow_reason> reasons; ///< Of the slow way.
  uint64_t bytes = 0;
  uint64_t table_bytes = 0;   ///< Of the tables, as they lie on disk.
  std::string server_version; ///< "15.18"
  int server_version_num = 0; ///< 150018
  std::optional<std::string> base_version; ///< Null: not an Odoo database.
  /// Of the installed modules, by name; a version may be empty.
  std::map<std::string, std::string> modules;
  /// Files that attachments name, each once: "ab/abcdef…".
  std::vector<std::string> attachments;
  int attempts = 1;          ///< Locks refused every one but the last.
  size_t refused_tables = 0; ///< Copied by the holder for that reason.
};

/// Dumps a database into `to`. Blocks. Throws operation_failure,
/// net::pg::error, net::engine_error, and net::wait_cancelled once `cancelled`
/// is set; then what went into `to` is of no use.
dump_result dump(const dump_source& from, const dump_sink& to,
                 const dump_progress& progress,
                 const std::atomic<bool>& cancelled,
                 const dump_options& options = {});

} // namespace atalaya
