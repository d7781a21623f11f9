#pragma once

#include <functional>
#include <map>
#include <string>

#include "actors/messages.hpp"
#include "actors/model/backoff.hpp"

namespace atalaya {

/// The supervised children of one actor, by name. A child that dies with an
/// error is made again after a growing delay; one that ends well is forgotten.
/// The owner calls `on_down` from its down handler and `restart` when it is
/// sent (restart, name).
class children {
public:
  /// Makes the actor for child `name`. Injected, so that tests can hand in
  /// children that die on command.
  using factory = std::function<caf::actor(const std::string& name)>;

  /// Nothing works before `init`, since CAF makes states without arguments.
  void
  init(caf::scheduled_actor* owner, factory make, model::backoff policy = {});

  /// Makes sure that there is a child `name`.
  void keep(const std::string& name);

  /// Ends the child `name`, if there is one, and forgets it.
  void drop(const std::string& name);

  /// The child, or null: there is none, or it waits to be made again.
  caf::actor find(const std::string& name) const;

  bool contains(const std::string& name) const {
    return slots_.contains(name);
  }

  /// The names of all children that are kept.
  std::vector<std::string> names() const;

  /// Returns the name of the child that went down; empty: not one of these.
  std::string on_down(const caf::down_msg& msg);

  /// Makes the child `name` again, if it is still wanted.
  void restart(const std::string& name);

  /// Ends all children.
  void end(caf::exit_reason reason);

private:
  struct slot {
    caf::actor handle; ///< Null while a restart is pending.
    caf::actor_clock::time_point started;
    int failures = 0;
  };

  void make(const std::string& name, slot& to);

  caf::scheduled_actor* owner_ = nullptr;
  factory make_;
  model::backoff policy_;
  std::map<std::string, slot> slots_;
};

} // namespace atalaya
