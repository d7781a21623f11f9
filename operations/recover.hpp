#pragma once

#include <map>

#include "operations/context.hpp"

namespace atalaya {

/// Removes what operations left that a killed server ran, as its journal says,
/// and returns sentences of what was done by the operation's id. What can't be
/// removed stays in the journal. Blocks; the engine is asked only where links
/// lie in a container.
std::map<std::string, std::vector<std::string>> recover(const workshop& shop);

} // namespace atalaya
