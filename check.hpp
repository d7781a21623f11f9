#pragma once

#include "config/configuration.hpp"

namespace atalaya {

/// Prints what can be reached, a line each. Returns the exit code: 1 when an
/// instance can't be served.
int check(const config::configuration& settings);

/// Prints an [[instance]] table for each Odoo the engine runs; nothing where
/// there is none. Returns the exit code: 1 when the engine can't be asked.
int discover(const config::configuration& settings);

} // namespace atalaya
