#pragma once

#include <filesystem>

#include "config/configuration.hpp"
#include "config/error.hpp"

namespace atalaya::config {

/// Reads `file`. Throws `error` for the first thing in it that is not as
/// docs/interface.md wants it: an unknown key, a wrong type or value, a name
/// that is there twice, one TLS file without the other.
configuration load(const std::filesystem::path& file);

} // namespace atalaya::config
