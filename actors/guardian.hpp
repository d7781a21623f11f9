#pragma once

#include <functional>
#include <string>
#include <vector>

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>

namespace atalaya {

/// An actor without which nothing can be right, and what it is called.
struct pillar {
  std::string name;
  caf::actor handle;
};

/// Tells `fallen` of the first of `pillars` that ends other than by
/// user_shutdown, with its name and the reason; once, on a thread of the actor
/// system. Nobody above these makes them again: what they knew is lost, so the
/// program has to begin anew.
caf::actor guard(caf::actor_system& sys, std::vector<pillar> pillars,
                 std::function<void(std::string)> fallen);

} // namespace atalaya
