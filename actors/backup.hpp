#pragma once

#include "actors/environment.hpp"

namespace atalaya {

/// Supervised by its instance, which tells it what the surveyor finds.
struct backup_actor_state {
  static inline const char* name = "backup";

  explicit backup_actor_state(backup_actor::pointer ptr) : self(ptr) {
    // nop
  }

  void on(const backup& x);
  caf::result<backup> change(const backup_change& x);

  backup_actor::pointer self;
  environment_ptr env;
  instance_actor owner;
  backup_place known;
};

/// @param place what is known of it, and where its file lies
backup_actor::behavior_type
backup_child(backup_actor::stateful_pointer<backup_actor_state> self,
             environment_ptr env, instance_actor owner, backup_place place);

} // namespace atalaya
