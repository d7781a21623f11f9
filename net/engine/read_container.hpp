#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "actors/model/container_facts.hpp"

namespace atalaya::net {

/// The ids in an answer to GET /containers/json. Throws engine_error.
std::vector<std::string> read_container_ids(std::string_view json);

/// Docker's or Podman's answer to GET /containers/{id}/json, reduced to what
/// Atalaya decides by; `odoo_conf` stays null. Throws engine_error.
container_facts read_container(std::string_view json);

} // namespace atalaya::net
