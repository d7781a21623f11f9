#pragma once

// Actors that stand in for the tree behind the server's typed handles.

#include <mutex>

#include "actors/interfaces.hpp"

namespace atalaya::test {

/// What the fakes know and were told. Shared by their threads and the test.
struct world {
  std::mutex mutex;
  std::map<std::string, principal> cookies;
  std::map<std::string, principal> tokens;
  std::vector<audit_entry> audit;
  std::vector<operation_request> requests;
  std::vector<std::string> log_ins; ///< "user from address"
  std::vector<caf::actor> sockets;
  std::map<std::string, entity> entities;
  backup_place backup; ///< The only one there is.
  int subscribers = 0;

  template <class F>
  auto locked(F f) {
    std::lock_guard guard{mutex};
    return f(*this);
  }
};

using world_ptr = std::shared_ptr<world>;

/// A world with a viewer, an operator and an admin, each with a cookie and a
/// token of their role's name, and an instance `main`.
world_ptr make_world();

operation an_operation(std::string id, operation_state state);

accounts_actor::behavior_type accounts(accounts_actor::pointer, world_ptr w);
history_actor::behavior_type history(history_actor::pointer, world_ptr w);
instance_actor::behavior_type
instance_fake(instance_actor::pointer, world_ptr w, topic_actor topic);
root_actor::behavior_type
root(root_actor::pointer, world_ptr w, instance_actor main, topic_actor topic);

struct topic_state {
  topic_state() {
    // nop
  }
  std::map<caf::actor, std::string> subscribers;
  uint64_t seq = 0;
};

/// Answers with a snapshot, sends each change to all. Every name is its.
topic_actor::behavior_type
topic(topic_actor::stateful_pointer<topic_state> self, world_ptr w);

} // namespace atalaya::test
