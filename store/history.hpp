#pragma once

#include <filesystem>
#include <memory>

#include "actors/interfaces.hpp"

namespace atalaya::store {

class history_file;

struct history_state {
  static inline const char* name = "history";

  history_state();

  /// Says it once, not with each row that is lost.
  void report(const std::string& problem);

  std::shared_ptr<history_file> file; ///< This actor's alone.
  std::string last_problem;
};

/// Keeps history.db. Blocks while the disk does: spawn it detached. A disk
/// that fails is reported and loses rows, but never ends the actor.
history_actor::behavior_type
history(history_actor::stateful_pointer<history_state> self,
        std::shared_ptr<history_file> file);

/// Opens `file` and hands it to a history actor with a thread of its own.
/// Throws what `open_history` throws.
history_actor
spawn_history(caf::actor_system& sys, const std::filesystem::path& file);

} // namespace atalaya::store
