#include "net/postgres/look.hpp"

#include <simdjson.h>

namespace asio = boost::asio;

namespace atalaya::net::pg {

namespace {

// Odoo's rule, plus what only we want to know. The backend_type of others is
// null to an ordinary role. Our own connections are nobody's business.
constexpr auto look_sql = R"(
SELECT d.oid, d.datname,
       d.datallowconn AND pg_catalog.pg_get_userbyid(d.datdba)
         = coalesce(nullif($1, ''), current_user::text),
       d.datallowconn
         AND pg_catalog.has_database_privilege(d.oid, 'CONNECT'),
       coalesce(a.connections, 0),
       coalesce(s.tup_inserted + s.tup_updated + s.tup_deleted, 0)
  FROM pg_catalog.pg_database d
  LEFT JOIN pg_catalog.pg_stat_database s ON s.datid = d.oid
  LEFT JOIN (SELECT datid, count(*) AS connections
               FROM pg_catalog.pg_stat_activity
              WHERE usesysid IS NOT NULL AND application_name !~ '^atalaya( |$)'
                AND coalesce(backend_type, 'client backend')
                    = 'client backend'
              GROUP BY datid) a ON a.datid = d.oid
 WHERE NOT d.datistemplate
   AND d.datname NOT IN ('postgres', 'template0', 'template1')
 LIMIT 10000)";

constexpr auto measure_sql = R"(
SELECT d.oid,
       CASE WHEN pg_catalog.has_database_privilege(d.oid, 'CONNECT')
              OR pg_catalog.pg_has_role('pg_read_all_stats', 'MEMBER')
            THEN pg_catalog.pg_database_size(d.oid) END
  FROM pg_catalog.pg_database d
 WHERE d.oid = ANY ($1::oid[]))";

// Ordinary tables only: a view of a stranger's could run code of his as us.
constexpr auto tables_sql = R"(
WITH readable AS (
  SELECT c.relname
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = 'public' AND c.relkind = 'r' AND NOT c.relrowsecurity
     AND pg_catalog.has_table_privilege(c.oid, 'SELECT'))
SELECT d.oid,
       EXISTS (SELECT FROM readable WHERE relname = 'ir_module_module'),
       EXISTS (SELECT FROM readable WHERE relname = 'ir_config_parameter')
  FROM pg_catalog.pg_database d
 WHERE d.datname = pg_catalog.current_database())";

constexpr auto base_sql = "SELECT latest_version FROM public.ir_module_module "
                          "WHERE name = 'base' LIMIT 1";

constexpr auto neutralized_sql
  = "SELECT value FROM public.ir_config_parameter "
    "WHERE key = 'database.is_neutralized' LIMIT 1";

} // namespace

asio::awaitable<std::vector<sighting>> look(connection& on, std::string role) {
  std::vector<value> values;
  values.emplace_back(std::move(role));
  auto answer = co_await on.query(look_sql, std::move(values));
  std::vector<sighting> all;
  for (int i = 0; i < answer.rows(); ++i) {
    auto name = answer.text(i, 1);
    // Odoo can't list a name that is not UTF-8 either.
    if (!simdjson::validate_utf8(name.data(), name.size()))
      continue;
    all.push_back({static_cast<uint32_t>(answer.number(i, 0)),
                   std::string{name}, answer.flag(i, 2), answer.flag(i, 3),
                   static_cast<uint32_t>(answer.number(i, 4)),
                   answer.number(i, 5)});
  }
  co_return all;
}

asio::awaitable<std::map<uint32_t, std::optional<uint64_t>>>
measure(connection& on, std::vector<uint32_t> oids) {
  std::string list;
  for (auto oid : oids)
    list += (list.empty() ? "{" : ",") + std::to_string(oid);
  std::vector<value> values;
  values.emplace_back(list + '}');
  auto answer = co_await on.query(measure_sql, std::move(values));
  std::map<uint32_t, std::optional<uint64_t>> bytes;
  for (int i = 0; i < answer.rows(); ++i) {
    auto& x = bytes[static_cast<uint32_t>(answer.number(i, 0))];
    if (!answer.null(i, 1))
      x = answer.number(i, 1);
  }
  co_return bytes;
}

asio::awaitable<details> inspect(connection& on) {
  auto tables = co_await on.query(tables_sql);
  details found;
  if (tables.rows() == 0)
    co_return found;
  found.oid = static_cast<uint32_t>(tables.number(0, 0));
  found.has_modules = tables.flag(0, 1);
  if (found.has_modules) {
    auto base = co_await on.query(base_sql);
    if (base.rows() > 0)
      found.base_version = base.optional_text(0, 0);
  }
  if (tables.flag(0, 2)) {
    auto flag = co_await on.query(neutralized_sql);
    found.neutralized = flag.rows() > 0 && flag.text(0, 0) == "true";
  }
  co_return found;
}

} // namespace atalaya::net::pg
