#pragma once

// How one instance is to be served.

#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

namespace atalaya {

/// Where and as whom to reach a PostgreSQL: libpq strings, tried in order.
struct postgres_target {
  std::vector<std::string> conninfos;
  std::string odoo_role; ///< Whose databases Odoo lists; empty: the user's.
  std::string detail;    ///< Why there is no way to reach it, where none is.
  bool operator==(const postgres_target&) const = default;
};
BOOST_DESCRIBE_STRUCT(postgres_target, (), (conninfos, odoo_role, detail))

/// One instance as configured or discovered: which containers, where its
/// things lie. Empty text: not known.
struct instance_plan {
  std::string name;
  std::string odoo_container;     ///< Name or id.
  std::string postgres_container; ///< Name or id; may be empty.
  std::string cluster; ///< The same text for instances of one cluster.
  postgres_target postgres;
  std::string filestore;        ///< Folder that holds one folder per database.
  std::string filestore_inside; ///< The same as the Odoo container sees it.
  std::string backups;          ///< Folder that holds one folder per database.
  std::string postgres_data;    ///< PostgreSQL's data, as the host sees it.
  std::optional<std::string> odoo_url;
  std::string database_filter; ///< Anchored at its start, as Odoo does it.
  std::vector<std::string> database_names; ///< `--database`: only these.
  bool show_foreign = false;
  bool smallest_backups = false; ///< At the price of far more CPU.
  std::string detail;            ///< What is missing, where something is.
  bool operator==(const instance_plan&) const = default;
};
BOOST_DESCRIBE_STRUCT(instance_plan, (),
                      (name, odoo_container, postgres_container, cluster,
                       postgres, filestore, filestore_inside, backups,
                       postgres_data, odoo_url, database_filter, database_names,
                       show_foreign, smallest_backups, detail))

} // namespace atalaya
