#define CAF_SUITE engine_odoo_conf

#include "net/engine/odoo_conf.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::net;

namespace {

using words = std::vector<std::string>;

std::string path(const words& command, const std::string& rc = {},
                 const std::string& image = "odoo:19") {
  container_facts x;
  x.image = image;
  x.command = command;
  if (!rc.empty())
    x.environment["ODOO_RC"] = rc;
  return odoo_conf_path(x).value_or("none");
}

} // namespace

CAF_TEST(the command line comes before the environment) {
  CAF_CHECK_EQUAL(path({"odoo"}), "/etc/odoo/odoo.conf");
  CAF_CHECK_EQUAL(path({"odoo"}, "/rc"), "/rc");
  CAF_CHECK_EQUAL(path({"odoo", "-c", "/c"}, "/rc"), "/c");
  CAF_CHECK_EQUAL(path({"odoo", "-c/c"}, "/rc"), "/c");
  CAF_CHECK_EQUAL(path({"odoo", "--config", "/c"}, "/rc"), "/c");
  CAF_CHECK_EQUAL(path({"odoo", "--config=/c"}, "/rc"), "/c");
}

CAF_TEST(the last of several counts) {
  CAF_CHECK_EQUAL(path({"odoo", "-c", "/a", "--config=/b"}), "/b");
}

CAF_TEST(what is no path is not taken for one) {
  CAF_CHECK_EQUAL(path({"sh", "-c", "exec odoo"}, "/rc"), "/rc");
  CAF_CHECK_EQUAL(path({"odoo", "-c"}), "/etc/odoo/odoo.conf");
  CAF_CHECK_EQUAL(path({"odoo"}, "relative.conf"), "/etc/odoo/odoo.conf");
}

CAF_TEST(a container is known as one of Odoo) {
  CAF_CHECK_EQUAL(path({"postgres"}, "/rc", "postgres:15"), "none");
  CAF_CHECK_EQUAL(path({"/opt/Odoo/odoo-bin"}, "/rc", "erp"), "/rc");
  CAF_CHECK_EQUAL(path({"run"}, "/rc", "registry/ODOO@sha256:1"), "/rc");
}

CAF_TEST(the label decides where it is set) {
  container_facts x;
  x.labels["atalaya.role"] = "odoo";
  CAF_CHECK(may_run_odoo(x));
  x.image = "odoo:19";
  x.labels["atalaya.role"] = "postgres";
  CAF_CHECK(!may_run_odoo(x));
}
