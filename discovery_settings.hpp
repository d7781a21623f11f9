#pragma once

#include <filesystem>

#include "actors/model/discovery.hpp"
#include "config/configuration.hpp"

namespace atalaya {

/// What the configuration says of instances, as the tree wants it. Backups of
/// an instance lie in a folder of its name below `backups_root`, unless it
/// names another.
model::discovery_settings
discovery_settings(const config::configuration& x,
                   const std::filesystem::path& backups_root);

} // namespace atalaya
