#pragma once

// From what the engine runs (and what the configuration says) to the instances
// that are to be served.

#include <map>
#include <string>
#include <vector>

#include "actors/model/container_facts.hpp"
#include "actors/model/instance_plan.hpp"

namespace atalaya::model {

/// What an administrator has said of one instance; empty: find it out.
struct instance_settings {
  std::string name;
  std::string odoo_container;
  std::string postgres_container;
  std::string postgres; ///< libpq string
  std::string filestore;
  std::string backups;
  std::string odoo_url;
  std::string database_filter = ".*";
  bool show_foreign = false;
  bool smallest_backups = false;
};

struct discovery_settings {
  /// Only these are served; none: whatever Odoo is found.
  std::vector<instance_settings> instances;
  std::string backups_root; ///< Backups of "main" lie in `backups_root`/main.
  /// Where published ports are reached: "127.0.0.1", or the remote engine's.
  std::string engine_host = "127.0.0.1";
  /// Whether the containers' own addresses and volumes can be reached.
  bool local_engine = true;
};

/// All containers by id.
using container_map = std::map<std::string, container_facts>;

/// The instances there are, ordered by name; each name once.
std::vector<instance_plan> plan_instances(const container_map& containers,
                                          const discovery_settings& settings);

/// `text` as an instance's name: [a-z0-9-]{1,40}.
std::string to_instance_name(const std::string& text);

} // namespace atalaya::model
