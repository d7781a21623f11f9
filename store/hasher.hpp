#pragma once

#include <caf/all.hpp>

namespace atalaya::store {

/// Compares a password (second) with a hash (first): 30 ms of a core and 19
/// MiB, so one after the other, on a thread of its own.
using hasher_actor
  = caf::typed_actor<caf::replies_to<std::string, std::string>::with<bool>>;

/// Spawn it detached.
hasher_actor::behavior_type hasher(hasher_actor::pointer self);

} // namespace atalaya::store
