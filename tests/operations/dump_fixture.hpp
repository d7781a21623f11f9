#pragma once

// Databases to dump on a PostgreSQL of the test's own, and what was restored.

#include <atomic>
#include <functional>

#include "operations/dump.hpp"
#include "tests/net/postgres/server.hpp"

namespace atalaya::test {

/// One for all tests; those that break it bring one of their own.
postgres_server& dump_server();

/// A database of role odoo, with what `sql` makes in it.
void make_database(const std::string& name, const std::string& sql,
                   postgres_server& in = dump_server());

/// Every kind of thing that needs no slow way.
const std::string& odd_things();

dump_source
source_of(const std::string& database, postgres_server& in = dump_server());

/// A dump, and what it said.
struct dumped {
  std::string text;
  dump_result result;
  std::string problem; ///< What it threw.
  bool cancelled = false;
};

dumped dump_to_text(const dump_source& from, const dump_options& options = {});

/// Restores `text` by psql, which stops at the first error, into a new
/// database. Returns what psql had to say.
std::string restore(const std::string& text, const std::string& database);

/// Restores `archive` by pg_restore, likewise.
std::string
restore_archive(const std::string& archive, const std::string& database);

/// A hash of the rows of every table and of the values of every sequence.
std::string rows_of(const std::string& database);

/// What `pg_dump -s` prints.
std::string schema_of(const std::string& database);

/// Backends of others than the caller in a database.
std::string
backends_of(const std::string& database, postgres_server& in = dump_server());

} // namespace atalaya::test
