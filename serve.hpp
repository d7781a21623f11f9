#pragma once

#include <filesystem>

#include "config/configuration.hpp"

namespace atalaya {

/// Serves until SIGTERM or SIGINT. Throws std::exception with a sentence when
/// it can't begin: the port or the data directory is taken, a file is wrong.
void serve(const config::configuration& settings);

} // namespace atalaya
