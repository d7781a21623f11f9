#include "tests/operations/dump_fixture.hpp"

#include <cstdlib>
#include <fstream>
#include <mutex>
#include <sstream>

#include <unistd.h>

#include "net/engine/blocking.hpp"

namespace atalaya::test {

namespace {

/// A file that goes with its object.
class scratch {
public:
  explicit scratch(const std::string& text = {}) {
    auto fd = mkstemp(path_.data());
    close(fd);
    std::ofstream{path_, std::ios::binary} << text;
  }

  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;

  ~scratch() {
    unlink(path_.c_str());
  }

  const std::string& path() const {
    return path_;
  }

  std::string text() const {
    std::ifstream in{path_, std::ios::binary};
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
  }

private:
  std::string path_ = "/tmp/atalaya-dump-XXXXXX";
};

struct ended {
  bool well = false;
  std::string output;
};

/// Runs a client program on `database` as superuser over the server's socket.
ended client(const std::string& program, const std::string& database) {
  scratch output;
  auto line = program + " \"" + dump_server().superuser_conninfo(database)
              + "\" > " + output.path() + " 2>&1";
  auto status = std::system(line.c_str());
  return {status == 0, output.text()};
}

/// What it had to say where it failed; warnings are none.
std::string problem_of(const ended& x) {
  return x.well ? "" : "failed: " + x.output;
}

} // namespace

postgres_server& dump_server() {
  static postgres_server instance;
  return instance;
}

void make_database(const std::string& name, const std::string& sql,
                   postgres_server& in) {
  in.run("CREATE DATABASE " + name);
  if (!sql.empty())
    in.run(sql, name);
}

const std::string& odd_things() {
  static const std::string sql = R"(
CREATE EXTENSION pg_trgm;
CREATE SCHEMA "Other side";
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);

CREATE TABLE plain (id serial PRIMARY KEY, gone int, name text NOT NULL,
                    parent int REFERENCES plain, m mood, p positive,
                    data bytea, at timestamptz, n numeric, f float8);
ALTER TABLE plain DROP COLUMN gone;
INSERT INTO plain (name, m, p, data, at, n, f)
  SELECT E'tab\tback\\slash\nfeed\r' || i || E'\\.' || chr(8364), 'ok', i,
         decode(md5(i::text), 'hex'), '2024-01-01'::timestamptz + i * interval '1 min',
         i / 7.0, i / 3.0
    FROM generate_series(1, 1000) i;
INSERT INTO plain (name, parent) VALUES (E'\\.', 1), ('', 2), ('\N', 3);
CREATE INDEX ON plain USING gin (name public.gin_trgm_ops);
COMMENT ON TABLE plain IS 'a table';
GRANT SELECT ON plain TO PUBLIC;

CREATE TABLE "Other side"."select" ("order" int GENERATED ALWAYS AS IDENTITY,
  "a "" b" text, twice int GENERATED ALWAYS AS (length("a "" b") * 2) STORED);
INSERT INTO "Other side"."select" ("a "" b") VALUES ('x'), (NULL), ('xyz');
CREATE TABLE "line
feed; \! touch x" (a int);
INSERT INTO "line
feed; \! touch x" VALUES (1);

CREATE TABLE nothing ();
INSERT INTO nothing DEFAULT VALUES;
INSERT INTO nothing DEFAULT VALUES;
CREATE TABLE empty (a int, b text);
CREATE TABLE only_generated (g int GENERATED ALWAYS AS (1) STORED);
INSERT INTO only_generated DEFAULT VALUES;

CREATE TABLE base (a int, b text);
CREATE TABLE derived (c int) INHERITS (base);
INSERT INTO base VALUES (1, 'base');
INSERT INTO derived VALUES (2, 'derived', 3);

CREATE TABLE parts (id int, kind text) PARTITION BY RANGE (id);
CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (100);
CREATE TABLE parts_high (kind text, id int);
ALTER TABLE parts ATTACH PARTITION parts_high FOR VALUES FROM (100) TO (200);
INSERT INTO parts SELECT i, 'k' || i FROM generate_series(1, 199) i;

CREATE TABLE big (id int, filler text);
INSERT INTO big SELECT i, repeat(md5(i::text), 8)
  FROM generate_series(1, 60000) i;
DELETE FROM big WHERE id BETWEEN 10000 AND 30000;
CREATE TABLE fat (id int, body text);
ALTER TABLE fat ALTER COLUMN body SET STORAGE EXTERNAL;
INSERT INTO fat SELECT i, repeat('fat ', 300000) FROM generate_series(1, 12) i;

CREATE SEQUENCE "Other side".never START 7;
CREATE SEQUENCE "it's" INCREMENT -3;
SELECT setval('"it''s"', -9, false);
CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM plain;
CREATE VIEW seen AS SELECT * FROM plain;
CREATE STATISTICS linked ON m, p FROM plain;
CREATE PUBLICATION news FOR TABLE plain;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN RAISE 'a restore must not fire this'; END $$;
CREATE TRIGGER no_more BEFORE INSERT ON plain FOR EACH ROW
  EXECUTE FUNCTION touch();
CREATE RULE quiet AS ON UPDATE TO base DO INSTEAD NOTHING;

CREATE TABLE ir_module_module (id serial, name text, state text,
                               latest_version text);
INSERT INTO ir_module_module (name, state, latest_version) VALUES
  ('base', 'installed', '19.0.1.3'), ('sale', 'installed', '19.0.1.2'),
  ('crm', 'uninstalled', NULL);
CREATE TABLE ir_attachment (id serial, store_fname text);
INSERT INTO ir_attachment (store_fname)
  VALUES ('ab/ab12'), ('ab/ab12'), ('cd/cd34'), (NULL);
)";
  return sql;
}

dump_source source_of(const std::string& database, postgres_server& in) {
  return {database,
          {{in.conninfo()}, "odoo", ""},
          net::engine_client{net::engine_address{}},
          "",
          ""};
}

dumped dump_to_text(const dump_source& from, const dump_options& options) {
  dumped x;
  std::atomic<bool> never{false};
  std::mutex mutex;
  auto sink = [&](std::string_view bytes) {
    std::scoped_lock lock{mutex};
    x.text += bytes;
  };
  try {
    x.result = dump(from, sink, [](uint64_t) {}, never, options);
  } catch (const net::wait_cancelled&) {
    x.cancelled = true;
  } catch (const std::exception& e) {
    x.problem = e.what();
  }
  return x;
}

std::string restore(const std::string& text, const std::string& database) {
  dump_server().run("CREATE DATABASE " + database + " TEMPLATE template0",
                    "postgres", "postgres");
  scratch file{text};
  return problem_of(client(
    "psql -X -q -o /dev/null -v ON_ERROR_STOP=1 -f " + file.path(), database));
}

std::string
restore_archive(const std::string& archive, const std::string& database) {
  dump_server().run("CREATE DATABASE " + database + " TEMPLATE template0",
                    "postgres", "postgres");
  scratch file{archive};
  return problem_of(
    client("pg_restore -e --no-owner " + file.path() + " -d", database));
}

std::string rows_of(const std::string& database) {
  return dump_server().run(R"(
SELECT md5(string_agg(name || hash, E'\n' ORDER BY name COLLATE "C")) FROM (
  SELECT n.nspname || '.' || c.relname AS name,
         md5(query_to_xml(format(
           CASE c.relkind
             WHEN 'S' THEN 'SELECT last_value, is_called FROM %s'
             ELSE 'SELECT count(*), md5(string_agg(md5(t::text), '','' '
                  'ORDER BY md5(t::text))) FROM ONLY %s t' END,
           c.oid::regclass), true, true, '')::text) AS hash
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'S', 'm') AND n.nspname !~ '^pg_'
     AND n.nspname <> 'information_schema') x)",
                           database, "postgres");
}

std::string schema_of(const std::string& database) {
  return client("pg_dump -s --no-owner --restrict-key=x", database).output;
}

std::string backends_of(const std::string& database, postgres_server& in) {
  return in.run("SELECT count(*) FROM pg_stat_activity WHERE datname = '"
                  + database + "'",
                "postgres", "postgres");
}

} // namespace atalaya::test
