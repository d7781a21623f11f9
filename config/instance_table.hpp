#pragma once

#include <string>

#include "config/configuration.hpp"

namespace atalaya::config {

/// `x` as an [[instance]] table that `load` reads back; what is as it would be
/// without being written is left out. For `atalaya discover`.
std::string instance_table(const instance& x);

} // namespace atalaya::config
