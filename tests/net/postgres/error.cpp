#define CAF_SUITE postgres_error

#include "net/postgres/error.hpp"

#include "net/postgres/parameters.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya::net::pg;

namespace {

const peer db{"db", "5432", "odoo", "prod", false};

std::string sentence(std::string_view text) {
  return connect_error(db, text).what();
}

const std::string prefix
  = "connection to server at \"db\" (10.0.0.2), port 5432 failed: ";

std::string problem(const std::string& conninfo) {
  try {
    parameters{conninfo};
  } catch (const error& e) {
    return e.what();
  }
  return {};
}

} // namespace

CAF_TEST(a refused password is said in our words whatever the language) {
  auto text = prefix
              + "SCHWERWIEGEND:  28P01: Passwort-Authentifizierung für Benutzer"
                " »odoo« fehlgeschlagen\nORT:  auth_failed, auth.c:326\n";
  CAF_CHECK_EQUAL(sentence(text),
                  "PostgreSQL at db:5432 refused the password of role odoo: "
                  "set the right one in the instance's postgres string");
  auto refused = connect_error(db, text);
  CAF_CHECK_EQUAL(refused.sqlstate(), "28P01");
}

CAF_TEST(what the server says is kept without its place in the source) {
  CAF_CHECK_EQUAL(sentence(prefix
                           + "FATAL:  28000: no pg_hba.conf entry for host "
                             "\"10.0.0.1\"\nLOCATION:  ClientAuthentication\n"),
                  "PostgreSQL at db:5432 does not let role odoo in: no "
                  "pg_hba.conf entry for host \"10.0.0.1\"");
  CAF_CHECK_EQUAL(sentence(prefix
                           + "FATAL:  3D000: database \"prod\" does not "
                             "exist\n"),
                  "PostgreSQL at db:5432 has no database prod");
  CAF_CHECK_EQUAL(sentence(prefix
                           + "FATAL:  57P03: the database system is "
                             "starting up\n"),
                  "PostgreSQL at db:5432 is starting or stopping: the database "
                  "system is starting up");
}

CAF_TEST(a network that fails is named by its reason) {
  CAF_CHECK_EQUAL(sentence(prefix
                           + "Connection refused\n\tIs the server running on "
                             "that host and accepting TCP/IP connections?\n"),
                  "PostgreSQL at db:5432 can't be reached: Connection refused");
  CAF_CHECK_EQUAL(sentence(""),
                  "PostgreSQL at db:5432 can't be reached: the connection "
                  "ended");
}

CAF_TEST(a message with colons but no code is no code) {
  auto other = connect_error(db, prefix + "FATAL:  too late: sorry\n");
  CAF_CHECK_EQUAL(other.sqlstate(), "");
}

CAF_TEST(a socket is named by its path) {
  peer local{"/run/pg", "5433", "odoo", "", false};
  CAF_CHECK_EQUAL(address(local), "/run/pg/.s.PGSQL.5433");
}

CAF_TEST(a string that can not be read is refused without repeating it) {
  for (auto text : {"host=db password=sesame nonsense=1", "sesame",
                    "password='sesame", "postgresql://odoo:sesame@[db/x"}) {
    CAF_MESSAGE(text);
    CAF_CHECK(!problem(text).empty());
    CAF_CHECK(problem(text).find("sesame") == std::string::npos);
  }
}

CAF_TEST(strings and addresses of libpq are read) {
  parameters plain{"host=db user=odoo password='a b\\'c' dbname=x"};
  CAF_CHECK_EQUAL(plain.get("password"), "a b'c");
  plain.set("dbname", "host=evil");
  CAF_CHECK_EQUAL(plain.get("dbname"), "host=evil");
  CAF_CHECK_EQUAL(plain.keywords().size(), plain.values().size());
  CAF_CHECK(plain.keywords().back() == nullptr);
  parameters uri{"postgresql://odoo:se%20same@db:5433/prod"};
  CAF_CHECK_EQUAL(uri.get("host"), "db");
  CAF_CHECK_EQUAL(uri.get("port"), "5433");
  CAF_CHECK_EQUAL(uri.get("password"), "se same");
  CAF_CHECK_EQUAL(parameters{"service=odoo"}.get("service"), "odoo");
  CAF_CHECK_EQUAL(plain.get("passfile"), "");
}
