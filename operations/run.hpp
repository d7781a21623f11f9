#pragma once

#include "operations/context.hpp"

namespace atalaya {

/// How to run an operation on a thread of its own: for `environment::run`. The
/// thread always ends with an outcome; the actor system waits for it when the
/// program stops.
decltype(environment::run)
run_operations(caf::actor_system& sys, workshop shop);

} // namespace atalaya
