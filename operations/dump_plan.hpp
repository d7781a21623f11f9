#pragma once

// What a database holds decides how it is dumped. Fast: schema by pg_dump, rows
// by COPY over several connections. Slow: all of it by pg_dump, where COPY
// alone would miss something that pg_dump writes, or would write it in an order
// that can't be restored. Pure: the catalog is read elsewhere.
//
// Judged against `pg_dump --section=data`, which writes beside rows: sequences'
// values (written here too) and large objects. Everything else is in the two
// other sections: materialized views' REFRESH, partitions' ATTACH, identity,
// rules, triggers, policies, publications, statistics, comments.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace atalaya {

enum class dump_way : uint8_t { fast, slow };

/// Why a dump takes the slow way.
enum class slow_reason : uint8_t {
  large_objects,
  extension_tables,
  row_security,
  foreign_tables,
  unlogged_tables,
  hash_partitions,
  access_method,
  restricted_owner,
  encoding,
  large_schema,
  locked_tables,
};

/// `x` as a sentence for people.
std::string_view sentence(slow_reason x);

/// A table with rows of its own: no parent of partitions.
struct dump_table {
  uint32_t oid = 0;
  std::string schema; ///< As named, not quoted; likewise `name`.
  std::string name;
  std::string quoted;  ///< `public."Order"`, as SQL writes it.
  std::string columns; ///< `id, "Name"`; empty: none that COPY takes.
  uint64_t pages = 0;  ///< Of its heap.
  uint64_t bytes = 0;  ///< With TOAST, without indexes.
  bool operator==(const dump_table&) const = default;
};

struct dump_sequence {
  std::string schema;
  std::string name;
  std::string quoted;
  bool operator==(const dump_sequence&) const = default;
};

/// What counts of a database's catalog.
struct dump_catalog {
  int server_version = 0; ///< As `server_version_num`: 150018.
  std::vector<slow_reason> oddities;
  std::vector<dump_table> tables;
  std::vector<dump_sequence> sequences;
};

/// Neighbouring pages of one table; all of it where both are null.
struct dump_piece {
  std::optional<uint64_t> first_page;
  std::optional<uint64_t> end_page; ///< Null: to the end.
  bool operator==(const dump_piece&) const = default;
};

/// How many pages of `x` make about `piece_bytes` of table; 0: it is not worth
/// splitting, or the server can't read a part without reading all (before 14).
uint64_t
pages_of_piece(const dump_table& x, int server_version, uint64_t piece_bytes);

/// The `index`th piece, null where there is none; every page is in exactly one.
/// The last is open: what a scan finds behind `pages` it finds there.
std::optional<dump_piece>
piece_of(const dump_table& x, uint64_t pages_a_piece, uint64_t index);

/// The statement that reads `piece`, to be sent to a server.
std::string copy_query(const dump_table& x, const dump_piece& piece);

/// What stands before the rows in the dump, as pg_dump writes it.
std::string copy_head(const dump_table& x);

/// What stands behind them.
std::string_view copy_tail();

/// The block that sets a sequence, as pg_dump writes it.
std::string sequence_block(const dump_sequence& x, std::string_view last_value,
                           bool called);

} // namespace atalaya
