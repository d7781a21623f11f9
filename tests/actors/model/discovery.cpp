#define CAF_SUITE discovery

#include "actors/model/discovery.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::model;

namespace {

using strings = std::vector<std::string>;

container_facts odoo(const std::string& id, const std::string& name) {
  container_facts x;
  x.id = id;
  x.name = name;
  x.image = "odoo:19";
  x.environment = {{"HOST", "db"}, {"USER", "odoo"}, {"PASSWORD", "it's"}};
  x.networks = {{"net", "172.18.0.3", {name}}};
  x.mounts = {{"volume", "v", "/vol/v/_data", "/var/lib/odoo"}};
  x.ports = {{8069, "127.0.0.1", 18069}};
  return x;
}

container_facts postgres(const std::string& id, const std::string& name) {
  container_facts x;
  x.id = id;
  x.name = name;
  x.image = "postgres:15";
  x.state = "running";
  x.networks = {{"net", "172.18.0.2", {"db", name}}};
  return x;
}

struct fixture {
  container_map all;
  discovery_settings settings{{}, "/backups", "127.0.0.1", true};

  void add(container_facts x) {
    all.insert_or_assign(x.id, std::move(x));
  }

  std::vector<instance_plan> found() {
    return plan_instances(all, settings);
  }

  instance_plan first() {
    return found().at(0);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(discovery_tests, fixture)

CAF_TEST(an Odoo and its PostgreSQL are found by the network alias) {
  add(odoo("o1", "shop-odoo"));
  add(postgres("p1", "shop-db"));
  auto plans = found();
  CAF_REQUIRE_EQUAL(plans.size(), 1u);
  CAF_CHECK_EQUAL(plans[0].name, "shop-odoo");
  CAF_CHECK_EQUAL(plans[0].odoo_container, "o1");
  CAF_CHECK_EQUAL(plans[0].postgres_container, "p1");
  CAF_CHECK_EQUAL(plans[0].postgres.conninfos,
                  strings{"host='172.18.0.2' port='5432' user='odoo' "
                          "password='it\\'s' "});
  CAF_CHECK_EQUAL(plans[0].postgres.odoo_role, "odoo");
  CAF_CHECK_EQUAL(plans[0].filestore, "/vol/v/_data/filestore");
  CAF_CHECK_EQUAL(plans[0].backups, "/backups/shop-odoo");
  CAF_CHECK_EQUAL(plans[0].odoo_url.value_or(""), "http://localhost:18069");
  CAF_CHECK_EQUAL(plans[0].cluster, "p1");
  CAF_CHECK_EQUAL(plans[0].detail, "");
}

CAF_TEST(a database on another network belongs to another) {
  add(odoo("o1", "odoo"));
  auto db = postgres("p1", "db");
  db.networks = {{"elsewhere", "172.19.0.2", {"db"}}};
  add(db);
  CAF_CHECK_EQUAL(first().postgres_container, "");
}

CAF_TEST(a published port is the second way in) {
  add(odoo("o1", "odoo"));
  auto db = postgres("p1", "db");
  db.ports = {{5432, "0.0.0.0", 15432}, {9187, "", 1}};
  add(db);
  auto ways = first().postgres.conninfos;
  CAF_REQUIRE_EQUAL(ways.size(), 2u);
  CAF_CHECK(ways[1].starts_with("host='127.0.0.1' port='15432' "));
  settings.local_engine = false;
  settings.engine_host = "far";
  CAF_CHECK(first().postgres.conninfos.at(0).starts_with("host='far'"));
  CAF_CHECK_EQUAL(first().filestore, "");
}

CAF_TEST(labels join containers whose names say nothing) {
  auto x = odoo("o1", "bl0b");
  x.image = "sha256:1234";
  x.environment.clear();
  x.labels = {{"atalaya.instance", "shop"}, {"atalaya.role", "odoo"}};
  auto y = postgres("p1", "bl1b");
  y.image = "sha256:5678";
  y.labels = {{"atalaya.instance", "shop"}, {"atalaya.role", "postgres"}};
  y.environment = {{"POSTGRES_USER", "me"}, {"POSTGRES_PASSWORD", "pw"}};
  add(x);
  add(y);
  auto plan = first();
  CAF_CHECK_EQUAL(plan.name, "shop");
  CAF_CHECK_EQUAL(plan.postgres_container, "p1");
  CAF_CHECK_EQUAL(plan.postgres.odoo_role, "me");
}

CAF_TEST(compose projects give their names and no name comes twice) {
  auto x = odoo("o1", "shop-odoo-1");
  auto y = odoo("o2", "shop-odoo-2");
  x.labels = y.labels = {{"com.docker.compose.project", "Shop"}};
  add(x);
  add(y);
  auto plans = found();
  CAF_REQUIRE_EQUAL(plans.size(), 2u);
  CAF_CHECK_EQUAL(plans[0].name, "shop");
  CAF_CHECK_EQUAL(plans[1].name, "shop-odoo-2");
}

CAF_TEST(an Odoo that runs for one task is no instance) {
  auto x = odoo("o1", "update");
  x.command = {"odoo", "-u", "sale", "--stop-after-init"};
  add(x);
  CAF_CHECK(found().empty());
}

CAF_TEST(no way to the database is said with what to do) {
  add(odoo("o1", "odoo"));
  auto db = postgres("p1", "db");
  db.networks[0].ip.clear();
  add(db);
  settings.local_engine = false;
  CAF_CHECK(first().postgres.detail.find("publish its port 5432")
            != std::string::npos);
}

CAF_TEST(a database that is stopped is said to be) {
  add(odoo("o1", "odoo"));
  auto db = postgres("p1", "db");
  db.networks.clear();
  db.state = "exited";
  settings.local_engine = false;
  settings.instances = {{}};
  settings.instances[0].name = "main";
  settings.instances[0].odoo_container = "odoo";
  settings.instances[0].postgres_container = "db";
  add(db);
  CAF_CHECK_EQUAL(first().postgres.detail, "db is exited; start it");
}

CAF_TEST(the port that Odoo was told is tried before the usual one) {
  auto app = odoo("o1", "odoo");
  app.environment["PORT"] = "5433";
  add(app);
  add(postgres("p1", "db"));
  auto ways = first().postgres.conninfos;
  CAF_REQUIRE_EQUAL(ways.size(), 2u);
  CAF_CHECK(ways[0].find("port='5433'") != std::string::npos);
  CAF_CHECK(ways[1].find("port='5432'") != std::string::npos);
}

CAF_TEST(a configured instance is there before its container is) {
  instance_settings given;
  given.name = "main";
  given.odoo_container = "odoo";
  given.filestore = "/files";
  settings.instances = {given};
  add(odoo("o9", "another"));
  auto plans = found();
  CAF_REQUIRE_EQUAL(plans.size(), 1u);
  CAF_CHECK(plans[0].detail.find("\"odoo\"") != std::string::npos);
  add(odoo("o1", "odoo"));
  add(postgres("p1", "x"));
  CAF_CHECK_EQUAL(first().odoo_container, "o1");
  CAF_CHECK_EQUAL(first().postgres_container, "p1");
  CAF_CHECK_EQUAL(first().filestore, "/files");
}

CAF_TEST(what Odoo was told to list is what is listed) {
  auto x = odoo("o1", "odoo");
  x.command = {"odoo", "-d", "prod"};
  add(x);
  CAF_CHECK_EQUAL(first().database_names, strings{"prod"});
  x.command = {"odoo", "-d", "prod", "--db-filter=^p"};
  add(x);
  CAF_CHECK_EQUAL(first().database_names, strings{});
  CAF_CHECK_EQUAL(first().database_filter, "^p");
  x.command = {"odoo", "--db-filter=^%d$"};
  add(x);
  CAF_CHECK_EQUAL(first().database_filter, ".*");
}

CAF_TEST(names are made fit) {
  CAF_CHECK_EQUAL(to_instance_name("My Shop__1"), "my-shop-1");
  CAF_CHECK_EQUAL(to_instance_name("--ñ--"), "");
  CAF_CHECK_EQUAL(to_instance_name(std::string(60, 'a')).size(), 40u);
}

CAF_TEST_FIXTURE_SCOPE_END()
