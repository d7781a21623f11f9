#pragma once

#include "actors/interfaces.hpp"

namespace atalaya {

/// Supervised by its instance, which tells it everything again after a
/// restart.
struct container_actor_state {
  static inline const char* name = "container";

  explicit container_actor_state(container_actor::pointer ptr) : self(ptr) {
    // nop
  }

  void on(const container_facts& x);
  void on(const engine_status& x);
  void missing();

  /// Reports the entity to the instance, if it is another than before.
  void report();

  container_actor::pointer self;
  instance_actor owner;
  container known; ///< As the engine last described it.
  engine_status engine{true, ""};
  std::optional<container> reported;
};

/// @param name what the configuration calls it, until the engine is heard
container_actor::behavior_type
container_child(container_actor::stateful_pointer<container_actor_state> self,
                instance_actor owner, container_role role, std::string name);

} // namespace atalaya
