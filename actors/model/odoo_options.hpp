#pragma once

// How an Odoo in a container was told to run: from its arguments, its
// configuration file and its environment (facts/odoo.md 3.1).

#include <string>
#include <vector>

#include "actors/model/container_facts.hpp"

namespace atalaya::model {

/// Empty text: not given.
struct odoo_options {
  std::string db_host;
  std::string db_port = "5432";
  std::string db_user;
  std::string db_password;
  std::string db_filter;
  std::vector<std::string> db_names;
  std::string data_dir = "/var/lib/odoo";
  uint16_t http_port = 8069;
  bool one_shot = false; ///< Ends by itself (`--stop-after-init`): no server.
  bool operator==(const odoo_options&) const = default;
};

/// Arguments win over the file, the file over the environment.
odoo_options odoo_options_of(const container_facts& odoo);

/// The series that the official image says it has ("19.0"); else null.
std::optional<std::string> odoo_series_of(const container_facts& odoo);

/// Whether image or command is Odoo's, or a label says so.
bool is_odoo(const container_facts& x);

/// Whether image or command is PostgreSQL's, or a label says so.
bool is_postgres(const container_facts& x);

/// The value of label or variable `key`; empty where there is none.
std::string
value_of(const std::map<std::string, std::string>& xs, const std::string& key);

} // namespace atalaya::model
