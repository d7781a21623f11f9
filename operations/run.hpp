#pragma once

#include "actors/environment.hpp"
#include "net/engine/address.hpp"

namespace atalaya {

/// How to run an operation on a thread of its own, against the engine at
/// `engine`: for `environment::run`. The thread always ends with an outcome;
/// the actor system waits for it when the program stops.
decltype(environment::run)
run_operations(caf::actor_system& sys, net::engine_address engine);

} // namespace atalaya
