#pragma once

#include "config/configuration.hpp"
#include "config/section.hpp"

namespace atalaya::config {

/// The keys of [[instance]], with its [[instance.schedule]]. Remotes that a
/// schedule names must be among `remotes`.
void read_instance(section& from, instance& to,
                   const std::vector<remote>& remotes);

} // namespace atalaya::config
