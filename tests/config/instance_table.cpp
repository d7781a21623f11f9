#define CAF_SUITE config_instance_table

#include "config/instance_table.hpp"

#include "config/load.hpp"
#include "tests/config/temporary_directory.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;

namespace {

config::instance sample() {
  config::instance result;
  result.name = "main";
  result.odoo_container = "odoo";
  return result;
}

config::instance read_back(const config::instance& x) {
  temporary_directory dir;
  auto file = dir.write("x.toml", config::instance_table(x));
  return config::load(file).instances.at(0);
}

} // namespace

CAF_TEST(what is as it would be anyway is left out) {
  CAF_CHECK_EQUAL(config::instance_table(sample()),
                  "[[instance]]\n"
                  "name               = \"main\"\n"
                  "odoo_container     = \"odoo\"\n");
}

CAF_TEST(every value is read back as it was) {
  auto x = sample();
  x.postgres_container = "db";
  x.postgres = "host=db password='it''s \\'q\\''";
  x.filestore = "/a \"b\"\\c\td\n\x01\x7f/ñ€𝄞";
  x.backups = "/b";
  x.odoo_url = "http://localhost:8069";
  x.database_filter = "^a\\d+$";
  x.foreign = config::foreign_databases::show;
  x.update = config::update_mode::stop;
  x.compression = config::compression::smallest;
  CAF_CHECK(read_back(x) == x);
}
