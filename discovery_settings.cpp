#include "discovery_settings.hpp"

#include "net/engine/address.hpp"

namespace atalaya {

model::discovery_settings
discovery_settings(const config::configuration& x,
                   const std::filesystem::path& backups_root) {
  model::discovery_settings result;
  result.backups_root = backups_root.string();
  auto engine = net::parse_engine_address(x.server.engine);
  result.local_engine = engine.host.empty() || engine.host == "127.0.0.1"
                        || engine.host == "::1" || engine.host == "localhost";
  if (!engine.host.empty())
    result.engine_host = engine.host;
  for (const auto& given : x.instances) {
    model::instance_settings settings;
    settings.name = given.name;
    settings.odoo_container = given.odoo_container;
    settings.postgres_container = given.postgres_container;
    settings.postgres = given.postgres;
    settings.filestore = given.filestore;
    settings.backups = given.backups;
    settings.odoo_url = given.odoo_url;
    settings.database_filter = given.database_filter;
    settings.show_foreign = given.foreign == config::foreign_databases::show;
    settings.smallest_backups = given.compression
                                == config::compression::smallest;
    result.instances.push_back(std::move(settings));
  }
  return result;
}

} // namespace atalaya
