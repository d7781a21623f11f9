#pragma once

#include "operations/context.hpp"

namespace atalaya {

/// Starts, stops or restarts the container that the request names, and makes
/// sure that it came to that. Cancelling stops the waiting, not the engine.
std::optional<std::string> power(context& ctx);

} // namespace atalaya
