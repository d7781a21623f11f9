#pragma once

#include <map>
#include <set>

#include "actors/interfaces.hpp"
#include "actors/model/lock_table.hpp"

namespace atalaya {

/// One table for all instances: the resources carry the name of their
/// PostgreSQL cluster, so that two instances that share one share its locks.
struct claims_state {
  static inline const char* name = "claims";

  explicit claims_state(claims_actor::pointer ptr) : self(ptr), table(0) {
    // nop
  }

  void add(const claim_request& x, const operation_actor& operation);
  void remove(const std::string& id);

  /// An operation that dies while it waits takes its claims back. One that
  /// runs doesn't: its function does, once it has ended.
  void on_down(const caf::down_msg& msg);

  claims_actor::pointer self;
  model::lock_table table;
  std::map<std::string, operation_actor> operations;
  std::set<std::string> running;

private:
  void carry_out(const model::lock_table::effects& xs);
};

/// @param at_once operations that count an instance may run at once
claims_actor::behavior_type
claims(claims_actor::stateful_pointer<claims_state> self, size_t at_once);

} // namespace atalaya
