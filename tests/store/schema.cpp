#define CAF_SUITE store_schema

#include "store/schema.hpp"

#include <fstream>
#include <sstream>

#include "store/history_file.hpp"
#include "tests/config/temporary_directory.hpp"
#include "tests/store/refusal.hpp"
#include "tests/store/samples.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using store::connection;

namespace {

struct fixture {
  temporary_directory dir;
  std::filesystem::path file = dir.path() / "history.db";
};

/// Everything that `db` declares, one object a line.
std::string declarations(connection& db) {
  std::string result;
  auto row = db.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL "
                        "ORDER BY type, name");
  row.bind();
  while (row.step())
    result += row.text(0) + '\n';
  return result;
}

std::string fresh_declarations() {
  temporary_directory dir;
  connection db{dir.path() / "fresh.db"};
  store::migrate(db);
  return declarations(db);
}

/// A history.db as version `number` left it, with a row in each table.
void make_fixture(size_t number, const std::filesystem::path& file) {
  std::ifstream in{std::string{ATALAYA_FIXTURES} + "/history-v"
                   + std::to_string(number) + ".sql"};
  CAF_REQUIRE(in);
  std::stringstream script;
  script << in.rdbuf();
  connection{file}.execute(script.str());
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(schema_tests, fixture)

CAF_TEST(an empty file gets the newest schema) {
  connection db{file};
  store::migrate(db);
  CAF_CHECK_EQUAL(db.number("PRAGMA user_version"),
                  int64_t(store::history_migrations().size()));
  CAF_CHECK_EQUAL(declarations(db), fresh_declarations());
}

CAF_TEST(a file of every version that was released can be used) {
  for (size_t i = 1; i <= store::history_migrations().size(); ++i) {
    std::filesystem::remove(file);
    make_fixture(i, file);
    store::history_file history{file};
    connection db{file};
    CAF_CHECK_EQUAL(declarations(db), fresh_declarations());
    auto found = history.get("op1");
    CAF_REQUIRE(found);
    auto expected = sample_operation("op1");
    CAF_CHECK_EQUAL(found->operation, expected);
    CAF_CHECK_EQUAL(found->log.at(0).text, "first line");
    auto samples = history.samples("main", "prod", 1, day_zero);
    CAF_REQUIRE_EQUAL(samples.size(), 1u);
    CAF_CHECK_EQUAL(samples[0], sample_sizes("prod", day_zero));
    CAF_CHECK(history.audit(9).at(0).verb == "login");
    CAF_CHECK_EQUAL(db.number("SELECT count(*) FROM sign_ins"), 1);
  }
}

CAF_TEST(each script runs once and in order) {
  connection db{file};
  const char* scripts[] = {"CREATE TABLE a (x)", "INSERT INTO a VALUES (1)",
                           "UPDATE a SET x = x + 10"};
  std::span<const char* const> all{scripts};
  store::migrate(db, all.first(1));
  CAF_CHECK_EQUAL(db.number("PRAGMA user_version"), 1);
  store::migrate(db, all);
  store::migrate(db, all);
  CAF_CHECK_EQUAL(db.number("PRAGMA user_version"), 3);
  CAF_CHECK_EQUAL(db.number("SELECT x FROM a"), 11);
}

CAF_TEST(a script that fails leaves the version before it whole) {
  connection db{file};
  const char* scripts[] = {
    "CREATE TABLE a (x)", "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1)"};
  CAF_CHECK_EQUAL(refusal_of([&] { store::migrate(db, scripts); }),
                  file.string() + ": no such table: nowhere");
  CAF_CHECK_EQUAL(db.number("PRAGMA user_version"), 1);
  CAF_CHECK_EQUAL(declarations(db), "CREATE TABLE a (x)\n");
}

CAF_TEST(a newer version is refused and stays untouched) {
  connection db{file};
  store::migrate(db);
  db.execute("PRAGMA user_version = 99");
  auto known = std::to_string(store::history_migrations().size());
  CAF_CHECK_EQUAL(refusal_of([&] { store::migrate(db); }),
                  file.string()
                    + ": a newer Atalaya wrote it (schema 99, this one knows "
                    + known + "); start that version, or move the file away");
  CAF_CHECK_EQUAL(db.number("PRAGMA user_version"), 99);
}

CAF_TEST(the file is for its owner alone) {
  connection db{file};
  store::migrate(db);
  using std::filesystem::perms;
  for (auto suffix : {"", "-wal", "-shm"}) {
    auto rights = std::filesystem::status(file.string() + suffix).permissions();
    CAF_CHECK((rights & (perms::group_all | perms::others_all)) == perms::none);
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
