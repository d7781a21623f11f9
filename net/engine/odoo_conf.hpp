#pragma once

#include <optional>
#include <string>

#include "actors/model/container_facts.hpp"

namespace atalaya::net {

/// Whether a container is Odoo's: its image or its command says so, or the
/// label atalaya.role.
bool runs_odoo(const container_facts& x);

/// Where in the container Odoo's configuration file lies: as its command says
/// (`-c`, `--config`), else ODOO_RC, else where the official image and
/// Debian's package have it. Null for a container that isn't Odoo's.
std::optional<std::string> odoo_conf_path(const container_facts& x);

} // namespace atalaya::net
