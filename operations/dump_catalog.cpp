#include "operations/dump_catalog.hpp"

#include <algorithm>

namespace atalaya {

namespace {

namespace asio = boost::asio;
namespace pg = net::pg;

/// The catalog of a big database on a slow disk.
constexpr auto patience = std::chrono::seconds{60};

/// Relations `c` that pg_dump dumps: not the system's, not temporary, not
/// brought by an extension.
const std::string user_relations = R"(
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND c.relpersistence <> 't'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND d.objid = c.oid AND d.objsubid = 0
                      AND d.deptype = 'e'))";

const std::string list_sql = R"(
SELECT c.oid, pg_catalog.quote_ident(n.nspname) || '.'
         || pg_catalog.quote_ident(c.relname))"
                             + user_relations + R"(
   AND c.relkind IN ('r', 'p')
 ORDER BY c.oid)";

const std::string tables_sql = R"(
SELECT c.oid, n.nspname, c.relname,
       pg_catalog.quote_ident(n.nspname) || '.'
         || pg_catalog.quote_ident(c.relname),
       coalesce((SELECT pg_catalog.string_agg(
                          pg_catalog.quote_ident(a.attname), ', '
                          ORDER BY a.attnum)
                   FROM pg_catalog.pg_attribute a
                  WHERE a.attrelid = c.oid AND a.attnum > 0
                    AND NOT a.attisdropped AND a.attgenerated = ''), ''),
       pg_catalog.pg_relation_size(c.oid)
         / pg_catalog.current_setting('block_size')::int8,
       pg_catalog.pg_table_size(c.oid))"
                               + user_relations + R"(
   AND c.relkind = 'r'
 ORDER BY 7 DESC, 1)";

const std::string sequences_sql = R"(
SELECT n.nspname, c.relname,
       pg_catalog.quote_ident(n.nspname) || '.'
         || pg_catalog.quote_ident(c.relname))"
                                  + user_relations + R"(
   AND c.relkind = 'S'
 ORDER BY 1, 2)";

std::string exists(const std::string& condition) {
  return "EXISTS (SELECT " + user_relations + " AND " + condition + ')';
}

/// What an owner may not do to his own: a dump of sections sets privileges
/// before the rows, pg_dump alone after them.
constexpr auto owner_restricted = R"(
  EXISTS (SELECT FROM pg_catalog.pg_class c
           WHERE c.relkind IN ('r', 'S') AND c.oid >= 16384
             AND c.relacl IS NOT NULL
             AND NOT EXISTS (
               SELECT FROM pg_catalog.aclexplode(c.relacl) x
                WHERE x.grantee IN (c.relowner, 0)
                  AND x.privilege_type
                      = CASE c.relkind WHEN 'S' THEN 'UPDATE'
                                       ELSE 'INSERT' END))
  OR EXISTS (SELECT FROM pg_catalog.pg_namespace n
              WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                AND n.nspacl IS NOT NULL
                AND NOT EXISTS (
                  SELECT FROM pg_catalog.aclexplode(n.nspacl) x
                   WHERE x.grantee IN (n.nspowner, 0)
                     AND x.privilege_type = 'USAGE'))
  OR EXISTS (SELECT FROM pg_catalog.pg_proc p
              WHERE p.oid >= 16384 AND p.proacl IS NOT NULL
                AND NOT EXISTS (
                  SELECT FROM pg_catalog.aclexplode(p.proacl) x
                   WHERE x.grantee IN (p.proowner, 0)
                     AND x.privilege_type = 'EXECUTE')))";

constexpr auto extension_holds = R"(
  EXISTS (SELECT FROM pg_catalog.pg_extension
           WHERE pg_catalog.cardinality(extconfig) > 0)
  OR EXISTS (SELECT FROM pg_catalog.pg_depend d
               JOIN pg_catalog.pg_class c ON c.oid = d.objid
              WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                AND d.deptype = 'e' AND c.relkind IN ('r', 'p', 'S', 'm')))";

struct oddity {
  slow_reason reason;
  std::string condition;
};

const std::vector<oddity>& oddities() {
  static const std::vector<oddity> all{
    {slow_reason::large_objects,
     "EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata)"},
    {slow_reason::extension_tables, extension_holds},
    {slow_reason::row_security, exists("c.relrowsecurity")},
    {slow_reason::foreign_tables, exists("c.relkind = 'f'")},
    {slow_reason::unlogged_tables,
     exists("c.relpersistence = 'u' AND c.relkind IN ('r', 'p', 'S')")},
    // By an enum, a value's hash differs from database to database: pg_dump
    // loads such rows through the parent.
    {slow_reason::hash_partitions,
     "EXISTS (SELECT FROM pg_catalog.pg_partitioned_table "
     "WHERE partstrat = 'h')"},
    {slow_reason::access_method,
     exists("c.relkind = 'r' AND c.relam <> "
            "(SELECT oid FROM pg_catalog.pg_am WHERE amname = 'heap')")},
    {slow_reason::restricted_owner, owner_restricted},
    {slow_reason::encoding, "pg_catalog.getdatabaseencoding() <> 'UTF8'"},
  };
  return all;
}

std::string oddities_query() {
  std::string sql;
  for (const auto& x : oddities())
    sql += (sql.empty() ? "SELECT " : ", ") + x.condition;
  return sql;
}

asio::awaitable<pg::result> ask(pg::connection& on, std::string sql) {
  std::vector<pg::value> none;
  co_return co_await on.query(std::move(sql), std::move(none), patience);
}

std::string string_of(const pg::result& from, int row, int column) {
  return std::string{from.text(row, column)};
}

dump_table table_of(const pg::result& from, int row) {
  dump_table x;
  x.oid = static_cast<uint32_t>(from.number(row, 0));
  x.schema = string_of(from, row, 1);
  x.name = string_of(from, row, 2);
  x.quoted = string_of(from, row, 3);
  x.columns = string_of(from, row, 4);
  x.pages = from.number(row, 5);
  x.bytes = from.number(row, 6);
  return x;
}

/// The query that reads `xs[begin, end)`, in their order.
std::string sequences_query(const std::vector<dump_sequence>& xs, size_t begin,
                            size_t end) {
  std::string sql;
  for (auto i = begin; i < end; ++i)
    sql += (sql.empty() ? "SELECT " : " UNION ALL SELECT ") + std::to_string(i)
           + ", last_value, is_called FROM " + xs[i].quoted;
  return sql + " ORDER BY 1";
}

} // namespace

asio::awaitable<std::vector<locked_table>> list_tables(pg::connection& on) {
  auto answer = co_await ask(on, list_sql);
  std::vector<locked_table> all;
  for (int i = 0; i < answer.rows(); ++i)
    all.push_back(
      {static_cast<uint32_t>(answer.number(i, 0)), string_of(answer, i, 1)});
  co_return all;
}

asio::awaitable<dump_catalog> read_catalog(pg::connection& on) {
  dump_catalog found;
  auto version = co_await ask(
    on, "SELECT pg_catalog.current_setting('server_version_num')");
  found.server_version = static_cast<int>(version.number(0, 0));
  auto odd = co_await ask(on, oddities_query());
  for (int i = 0; i < odd.columns(); ++i)
    if (odd.flag(0, i))
      found.oddities.push_back(oddities()[static_cast<size_t>(i)].reason);
  auto tables = co_await ask(on, tables_sql);
  for (int i = 0; i < tables.rows(); ++i)
    found.tables.push_back(table_of(tables, i));
  auto sequences = co_await ask(on, sequences_sql);
  for (int i = 0; i < sequences.rows(); ++i)
    found.sequences.push_back({string_of(sequences, i, 0),
                               string_of(sequences, i, 1),
                               string_of(sequences, i, 2)});
  co_return found;
}

asio::awaitable<std::string>
read_sequences(pg::connection& on, const std::vector<dump_sequence>& xs) {
  constexpr auto at_once = size_t{200};
  std::string text;
  for (size_t begin = 0; begin < xs.size(); begin += at_once) {
    auto end = std::min(xs.size(), begin + at_once);
    auto sql = sequences_query(xs, begin, end);
    auto answer = co_await ask(on, sql);
    for (int i = 0; i < answer.rows(); ++i)
      text += sequence_block(xs[begin + static_cast<size_t>(i)],
                             answer.text(i, 1), answer.flag(i, 2));
  }
  co_return text;
}

} // namespace atalaya
