#define CAF_SUITE odoo_options

#include "actors/model/odoo_options.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::model;

namespace {

using strings = std::vector<std::string>;

container_facts odoo(strings command) {
  container_facts result;
  result.command = std::move(command);
  return result;
}

container_facts image(std::string name) {
  container_facts result;
  result.image = std::move(name);
  return result;
}

} // namespace

CAF_TEST(arguments are read in all their forms) {
  auto x = odoo_options_of(
    odoo({"odoo", "--db_host=h", "--db_port", "6000", "-r", "rolf", "-wsecret",
          "-d", "a, b", "--db-filter=^x", "-D", "/data", "--http-port=8080"}));
  CAF_CHECK_EQUAL(x.db_host, "h");
  CAF_CHECK_EQUAL(x.db_port, "6000");
  CAF_CHECK_EQUAL(x.db_user, "rolf");
  CAF_CHECK_EQUAL(x.db_password, "secret");
  CAF_CHECK_EQUAL(x.db_names, (strings{"a", "b"}));
  CAF_CHECK_EQUAL(x.db_filter, "^x");
  CAF_CHECK_EQUAL(x.data_dir, "/data");
  CAF_CHECK_EQUAL(x.http_port, 8080);
}

CAF_TEST(the official image looks for db as odoo) {
  auto x = odoo_options_of(odoo({"/entrypoint.sh", "odoo"}));
  CAF_CHECK_EQUAL(x.db_host, "db");
  CAF_CHECK_EQUAL(x.db_user, "odoo");
  CAF_CHECK_EQUAL(x.data_dir, "/var/lib/odoo");
  CAF_CHECK_EQUAL(odoo_options_of(odoo({"odoo"})).db_host, "");
}

CAF_TEST(the file wins over the environment and arguments over both) {
  auto x = odoo({"/entrypoint.sh", "odoo"});
  x.environment = {{"HOST", "env"}, {"USER", "env"}, {"PASSWORD", "env"}};
  x.odoo_conf = "[options]\n; db_host = no\n# db_user = no\n"
                "db_host = file \r\ndb_password=False\n db_name = prod,test\n";
  auto found = odoo_options_of(x);
  CAF_CHECK_EQUAL(found.db_host, "file");
  CAF_CHECK_EQUAL(found.db_user, "env");
  CAF_CHECK_EQUAL(found.db_password, "env");
  CAF_CHECK_EQUAL(found.db_names, (strings{"prod", "test"}));
  x.command.push_back("--db_host=arg");
  CAF_CHECK_EQUAL(odoo_options_of(x).db_host, "arg");
}

CAF_TEST(an argument cut short is no fault) {
  CAF_CHECK_EQUAL(odoo_options_of(odoo({"odoo", "--db_host"})).db_host, "");
  CAF_CHECK_EQUAL(odoo_options_of(odoo({"odoo", "-d"})).db_names, strings{});
  CAF_CHECK_EQUAL(odoo_options_of(odoo({"odoo", "--http-port=x"})).http_port,
                  8069);
}

CAF_TEST(an Odoo is known by its image or its command or its label) {
  for (auto name : {"odoo:19", "odoo", "library/odoo:17",
                    "registry:5000/odoo@sha256:abc", "me/odoo-custom:1"})
    CAF_CHECK(is_odoo(image(name)));
  for (auto name : {"postgres:15", "odoo-postgres:1", "me/myodoo", "redis"})
    CAF_CHECK(!is_odoo(image(name)));
  CAF_CHECK(is_odoo(odoo({"/usr/bin/odoo", "-c", "x"})));
  CAF_CHECK(is_odoo(odoo({"python3", "/opt/odoo/odoo-bin"})));
  auto x = image("blob");
  x.labels["atalaya.role"] = "odoo";
  CAF_CHECK(is_odoo(x));
  x = image("odoo:19");
  x.labels["atalaya.role"] = "other";
  CAF_CHECK(!is_odoo(x));
}

CAF_TEST(a PostgreSQL is known likewise) {
  for (auto name : {"postgres:15", "postgis/postgis", "bitnami/postgresql:15",
                    "timescaledb:2"})
    CAF_CHECK(is_postgres(image(name)));
  CAF_CHECK(is_postgres(odoo({"/usr/lib/postgresql/15/bin/postgres"})));
  CAF_CHECK(!is_postgres(image("odoo:19")));
}

CAF_TEST(one that ends by itself is no server) {
  CAF_CHECK(odoo_options_of(odoo({"odoo", "--stop-after-init"})).one_shot);
  CAF_CHECK(!odoo_options_of(odoo({"odoo"})).one_shot);
}
