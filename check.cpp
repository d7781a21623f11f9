#include "check.hpp"

#include <iostream>

#include <unistd.h>

#include "actors/model/odoo_options.hpp"
#include "config/instance_table.hpp"
#include "discovery_settings.hpp"
#include "net/engine/blocking.hpp"
#include "net/engine/client.hpp"
#include "net/engine/conf_reader.hpp"
#include "net/engine/error.hpp"
#include "net/postgres/reach.hpp"

namespace atalaya {

namespace {

using boost::asio::awaitable;

/// All containers as the server would know them.
awaitable<model::container_map> gather(net::engine_client& engine) {
  model::container_map result;
  net::conf_reader confs;
  auto ids = co_await engine.list();
  for (const auto& id : ids) {
    auto facts = co_await engine.inspect(id);
    facts.odoo_conf = co_await confs.read(engine, facts);
    result.emplace(facts.id, std::move(facts));
  }
  co_return result;
}

awaitable<std::string> postgres_version(postgres_target target) {
  // Named: g++ 12 destroys a braced argument of a co_await twice.
  net::pg::connect_options options;
  auto connection = co_await net::pg::reach_maintenance(std::move(target),
                                                        options);
  co_return connection->server_version() + " at " + connection->where();
}

/// Prints one line; remembers whether all were well.
class report {
public:
  void say(bool well, const std::string& what, const std::string& finding) {
    std::cout << (well ? "ok    " : "wrong ") << what << ": " << finding
              << '\n';
    if (!well)
      exit_code_ = 1;
  }

  int exit_code() const {
    return exit_code_;
  }

private:
  int exit_code_ = 0;
};

void check_postgres(report& to, const instance_plan& plan) {
  auto what = plan.name + ": PostgreSQL";
  if (plan.postgres.conninfos.empty())
    return to.say(false, what, plan.postgres.detail);
  try {
    to.say(true, what, net::run_blocking(postgres_version(plan.postgres)));
  } catch (const std::exception& e) {
    to.say(false, what, e.what());
  }
}

void check_filestore(report& to, const instance_plan& plan) {
  auto what = plan.name + ": filestore";
  if (plan.filestore.empty())
    to.say(true, what, "has no path on this machine; through the engine");
  else if (access(plan.filestore.c_str(), R_OK | X_OK) == 0)
    to.say(true, what, plan.filestore);
  else
    to.say(true, what, plan.filestore + " can't be read; through the engine");
}

void check_instance(report& to, const instance_plan& plan,
                    const model::container_map& containers) {
  auto odoo = containers.find(plan.odoo_container);
  if (odoo == containers.end())
    return to.say(false, plan.name + ": Odoo", plan.detail);
  to.say(true, plan.name + ": Odoo",
         odoo->second.name + " is " + odoo->second.state);
  check_postgres(to, plan);
  check_filestore(to, plan);
  to.say(true, plan.name + ": backups", plan.backups);
}

/// The instance as a configuration would say it.
config::instance as_configured(const instance_plan& plan,
                               const model::container_map& containers) {
  config::instance result;
  result.name = plan.name;
  auto name_of = [&](const std::string& id) {
    auto i = containers.find(id);
    return i == containers.end() ? id : i->second.name;
  };
  result.odoo_container = name_of(plan.odoo_container);
  result.postgres_container = name_of(plan.postgres_container);
  if (plan.odoo_url)
    result.odoo_url = *plan.odoo_url;
  return result;
}

} // namespace

int check(const config::configuration& settings) {
  report to;
  net::engine_client engine{net::parse_engine_address(settings.server.engine)};
  try {
    auto identity = net::run_blocking(engine.ping());
    to.say(true, "engine", identity.product + " at " + settings.server.engine);
    auto containers = net::run_blocking(gather(engine));
    auto plans = model::plan_instances(
      containers,
      discovery_settings(
        settings, std::filesystem::path{settings.server.data_dir} / "backups"));
    if (plans.empty())
      to.say(false, "instances",
             "the engine runs no Odoo; start one, or write an [[instance]]");
    for (const auto& plan : plans)
      check_instance(to, plan, containers);
  } catch (const net::engine_error& e) {
    to.say(false, "engine", e.what());
  }
  return to.exit_code();
}

int discover(const config::configuration& settings) {
  net::engine_client engine{net::parse_engine_address(settings.server.engine)};
  auto found = discovery_settings(settings, "");
  found.instances.clear();
  auto containers = net::run_blocking(gather(engine));
  auto separator = "";
  for (const auto& plan : model::plan_instances(containers, found)) {
    std::cout << separator
              << config::instance_table(as_configured(plan, containers));
    separator = "\n";
  }
  return 0;
}

} // namespace atalaya
