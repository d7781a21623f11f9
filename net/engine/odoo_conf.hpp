#pragma once

#include <optional>
#include <string>

#include "actors/model/container_facts.hpp"

namespace atalaya::net {

/// Whether it is worth looking for Odoo's configuration in a container: its
/// image or its command mentions Odoo anywhere, or the label atalaya.role says
/// so. Wider than model::is_odoo, which decides what is shown: the
/// configuration may name any container as an instance's Odoo.
bool may_run_odoo(const container_facts& x);

/// Where in the container Odoo's configuration file lies: as its command says
/// (`-c`, `--config`), else ODOO_RC, else where the official image and
/// Debian's package have it. Null for a container that may not run Odoo.
std::optional<std::string> odoo_conf_path(const container_facts& x);

} // namespace atalaya::net
