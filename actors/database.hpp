#pragma once

#include "actors/interfaces.hpp"

namespace atalaya {

/// What is known of one database, from all sides.
struct database_inputs {
  catalog_row row;
  std::optional<uint64_t> filestore;
  uint64_t backups = 0;
  bool reachable = true;
  bool busy = false;
  std::optional<std::string> series; ///< Of the instance's Odoo.
};

/// The entity that people see. Sizes that were read stay while PostgreSQL is
/// away: `sized_at` says how old they are, `state` why.
database describe(const database_inputs& x);

/// "19.0" of "19.0.1.3", "saas~18.2" of "saas~18.2.1.0".
std::string series_of(const std::string& version);

/// Supervised by its instance, which tells it everything again after a
/// restart: it keeps nothing that is not elsewhere.
struct database_actor_state {
  static inline const char* name = "database";

  explicit database_actor_state(database_actor::pointer ptr) : self(ptr) {
    // nop
  }

  /// Reports the entity to the instance, if it is another than before.
  void report();

  database_actor::pointer self;
  instance_actor owner;
  database_inputs inputs;
  std::optional<database> reported;
  /// PostgreSQL's side is known. One that was made again is told that last, so
  /// that nobody sees it half.
  bool told = false;
};

database_actor::behavior_type
database_child(database_actor::stateful_pointer<database_actor_state> self,
               instance_actor owner, std::string name);

} // namespace atalaya
