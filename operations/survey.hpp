#pragma once

#include "actors/interfaces.hpp"

namespace atalaya {

/// Measures filestores, lists backups and reads the room on disks, on a thread
/// of its own. Remembers what it saw, so that the same question again costs a
/// look at the folders. Works in small steps: an exit ends it between two.
surveyor_actor spawn_surveyor(caf::actor_system& sys);

} // namespace atalaya
