#define CAF_SUITE dump

#include "operations/dump.hpp"

#include <algorithm>
#include <thread>

#include "tests/operations/dump_fixture.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::test;
using namespace std::chrono_literals;

namespace {

constexpr auto held_sql = "SELECT count(*) FROM pg_locks WHERE granted AND "
                          "mode = 'AccessExclusiveLock' "
                          "AND relation = 'held'::regclass";

size_t count(std::string_view text, std::string_view what) {
  size_t n = 0;
  for (auto at = text.find(what); at != text.npos;
       at = text.find(what, at + what.size()))
    ++n;
  return n;
}

/// What must hold of the ways of a database with `sql`, made as superuser.
void check_slow(const std::string& sql, slow_reason why,
                const std::string& rows = {}) {
  static auto number = 0;
  auto name = "reason_" + std::to_string(++number);
  make_database(name, "CREATE TABLE kept AS SELECT 1 AS a");
  dump_server().run(sql, name, "postgres");
  dump_source from = source_of(name);
  from.postgres.conninfos = {dump_server().superuser_conninfo(name)};
  auto x = dump_to_text(from);
  CAF_CHECK_EQUAL(x.problem, "");
  CAF_MESSAGE(sentence(why));
  CAF_CHECK(x.result.way == dump_way::slow);
  CAF_CHECK(x.result.reasons == std::vector<slow_reason>{why});
  CAF_CHECK_EQUAL(restore(x.text, name + "_back"), "");
  if (rows.empty())
    CAF_CHECK_EQUAL(rows_of(name + "_back"), rows_of(name));
  else
    CAF_CHECK_EQUAL(dump_server().run(rows, name + "_back", "postgres"),
                    dump_server().run(rows, name, "postgres"));
}

} // namespace

CAF_TEST(both ways restore to the same rows and the same schema) {
  make_database("odd", odd_things());
  dump_options options;
  options.rows.piece = 1 << 20;
  options.rows.buffer = 2 << 20;
  auto fast = dump_to_text(source_of("odd"), options);
  CAF_REQUIRE_EQUAL(fast.problem, "");
  CAF_CHECK(fast.result.way == dump_way::fast);
  CAF_CHECK(fast.result.reasons.empty());
  CAF_CHECK_EQUAL(fast.result.bytes, fast.text.size());
  options.force_slow = true;
  auto slow = dump_to_text(source_of("odd"), options);
  CAF_REQUIRE_EQUAL(slow.problem, "");
  CAF_CHECK(slow.result.way == dump_way::slow);
  CAF_REQUIRE_EQUAL(restore(fast.text, "odd_fast"), "");
  CAF_REQUIRE_EQUAL(restore(slow.text, "odd_slow"), "");
  auto rows = rows_of("odd");
  CAF_CHECK_EQUAL(rows_of("odd_fast"), rows);
  CAF_CHECK_EQUAL(rows_of("odd_slow"), rows);
  CAF_CHECK_EQUAL(schema_of("odd_fast"), schema_of("odd_slow"));
  CAF_MESSAGE("one file: a head, a pair of restrict lines, a trailer");
  for (const auto* text : {&fast.text, &slow.text}) {
    CAF_CHECK_EQUAL(count(*text, "-- Dumped by pg_dump version"), 1u);
    CAF_CHECK_EQUAL(count(*text, "\n\\restrict "), 1u);
    CAF_CHECK_EQUAL(count(*text, "\n\\unrestrict "), 1u);
    CAF_CHECK_EQUAL(count(*text, "\nSET row_security = off;\n"), 1u);
    CAF_CHECK_EQUAL(count(*text, "-- PostgreSQL database dump complete"), 1u);
  }
  CAF_CHECK(count(fast.text, "\nCOPY public.big (id, filler) FROM") > 5);
  CAF_CHECK_EQUAL(count(slow.text, "\nCOPY public.big (id, filler) FROM"), 1u);
  CAF_MESSAGE("and it says what the manifest and the proof need");
  for (const auto& x : {fast.result, slow.result}) {
    CAF_CHECK_EQUAL(x.base_version.value_or(""), "19.0.1.3");
    CAF_CHECK_EQUAL(x.modules.size(), 2u);
    CAF_CHECK_EQUAL(x.modules.at("sale"), "19.0.1.2");
    auto files = x.attachments;
    std::sort(files.begin(), files.end());
    CAF_CHECK_EQUAL(files, (std::vector<std::string>{"ab/ab12", "cd/cd34"}));
    CAF_CHECK(x.server_version_num >= 150000);
    CAF_CHECK(x.server_version.starts_with("1"));
  }
  CAF_CHECK_EQUAL(backends_of("odd"), "0");
}

CAF_TEST(each reason for the slow way is seen and the rows come back) {
  using enum slow_reason;
  check_slow("SELECT lo_from_bytea(0, 'x')", large_objects);
  check_slow("CREATE TABLE secret (a int); INSERT INTO secret VALUES (1); "
             "ALTER TABLE secret ENABLE ROW LEVEL SECURITY",
             row_security);
  check_slow("CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s "
             "FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE f (a int) SERVER s",
             foreign_tables);
  check_slow("CREATE UNLOGGED TABLE u (a int); INSERT INTO u VALUES (1)",
             unlogged_tables);
  check_slow("CREATE TYPE e AS ENUM ('a', 'b', 'c'); CREATE TABLE h (a e) "
             "PARTITION BY HASH (a); "
             "CREATE TABLE h0 PARTITION OF h FOR VALUES WITH (MODULUS 2, "
             "REMAINDER 0); CREATE TABLE h1 PARTITION OF h FOR VALUES WITH "
             "(MODULUS 2, REMAINDER 1); INSERT INTO h VALUES ('a'), ('b')",
             hash_partitions,
             "SELECT string_agg(a::text, ',' ORDER BY a) FROM h");
  check_slow("CREATE ACCESS METHOD pile TYPE TABLE HANDLER "
             "heap_tableam_handler; CREATE TABLE p (a int) USING pile; "
             "INSERT INTO p VALUES (1)",
             access_method);
  check_slow("CREATE TABLE mine (a int); INSERT INTO mine VALUES (1); "
             "REVOKE INSERT ON mine FROM postgres",
             restricted_owner);
  check_slow("CREATE SEQUENCE mine; REVOKE UPDATE ON SEQUENCE mine "
             "FROM postgres",
             restricted_owner);
  check_slow("CREATE SCHEMA mine; REVOKE USAGE ON SCHEMA mine FROM postgres",
             restricted_owner);
  check_slow("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; "
             "REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC, postgres",
             restricted_owner);
}

CAF_TEST(tables of an extension are a reason for the slow way) {
  // Membership is what counts; Debian's server has no extension with tables.
  make_database("extended", "CREATE TABLE brought (a int); "
                            "CREATE EXTENSION pg_trgm");
  dump_server().run("ALTER EXTENSION pg_trgm ADD TABLE brought", "extended",
                    "postgres");
  auto x = dump_to_text(source_of("extended"));
  CAF_CHECK_EQUAL(x.problem, "");
  CAF_CHECK(x.result.reasons
            == std::vector<slow_reason>{slow_reason::extension_tables});
  dump_server().run("ALTER EXTENSION pg_trgm DROP TABLE brought; "
                    "UPDATE pg_extension SET extconfig = "
                    "ARRAY['brought'::regclass::oid], extcondition = ARRAY[''] "
                    "WHERE extname = 'pg_trgm'",
                    "extended", "postgres");
  x = dump_to_text(source_of("extended"));
  CAF_CHECK_EQUAL(x.problem, "");
  CAF_CHECK(x.result.reasons
            == std::vector<slow_reason>{slow_reason::extension_tables});
}

CAF_TEST(another encoding than UTF-8 is a reason for the slow way) {
  dump_server().run("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' "
                    "TEMPLATE template0 OWNER odoo",
                    "postgres", "postgres");
  dump_server().run("CREATE TABLE t AS SELECT chr(233) AS a", "latin");
  auto x = dump_to_text(source_of("latin"));
  CAF_CHECK_EQUAL(x.problem, "");
  CAF_CHECK(x.result.reasons
            == std::vector<slow_reason>{slow_reason::encoding});
  CAF_CHECK_EQUAL(restore(x.text, "latin_back"), "");
  CAF_CHECK_EQUAL(
    dump_server().run("SELECT ascii(a) FROM t", "latin_back", "postgres"),
    "233");
}

CAF_TEST(a schema that does not fit into memory takes the slow way) {
  dump_options options;
  options.schema = 2000;
  auto x = dump_to_text(source_of("odd"), options);
  CAF_CHECK_EQUAL(x.problem, "");
  CAF_CHECK(x.result.reasons
            == std::vector<slow_reason>{slow_reason::large_schema});
  CAF_CHECK_EQUAL(restore(x.text, "odd_large"), "");
  CAF_CHECK_EQUAL(rows_of("odd_large"), rows_of("odd"));
}

CAF_TEST(a table that others keep locked leads to the slow way in the end) {
  make_database("locked", "CREATE TABLE held AS SELECT 7 AS a");
  std::jthread other{[] {
    dump_server().run("BEGIN; LOCK TABLE held; SELECT pg_sleep(8)", "locked");
  }};
  while (dump_server().run(held_sql, "locked", "postgres") == "0")
    std::this_thread::sleep_for(10ms);
  dump_options options;
  options.lock_timeout = 50ms;
  auto x = dump_to_text(source_of("locked"), options);
  CAF_CHECK_EQUAL(x.problem, "");
  CAF_CHECK(x.result.attempts > 6);
  CAF_CHECK(x.result.way == dump_way::slow);
  CAF_CHECK(x.result.reasons
            == std::vector<slow_reason>{slow_reason::locked_tables});
  CAF_CHECK_EQUAL(restore(x.text, "locked_back"), "");
  CAF_CHECK_EQUAL(rows_of("locked_back"), rows_of("locked"));
}

CAF_TEST(an archive is restored by pg_restore) {
  dump_options options;
  options.archive = true;
  auto x = dump_to_text(source_of("odd"), options);
  CAF_REQUIRE_EQUAL(x.problem, "");
  CAF_CHECK(x.text.starts_with("PGDMP"));
  CAF_CHECK_EQUAL(x.result.attachments.size(), 2u);
  CAF_CHECK_EQUAL(restore_archive(x.text, "odd_archive"), "");
  CAF_CHECK_EQUAL(rows_of("odd_archive"), rows_of("odd"));
}
