#pragma once

#include "config/configuration.hpp"
#include "config/section.hpp"

namespace atalaya::config {

/// The keys of [server].
void read_server(section& from, server& to);

/// The keys of [limits].
void read_limits(section& from, limits& to);

} // namespace atalaya::config
