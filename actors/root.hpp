#pragma once

#include <deque>

#include "actors/children.hpp"
#include "actors/environment.hpp"

namespace atalaya {

/// Supervises the instances and the topic that lists them. Told by the engine
/// what runs, it works out which instances there are, and tells each about its
/// own containers.
struct root_state {
  static inline const char* name = "root";

  /// An instance whose container is away for so long is forgotten: recreating
  /// a container takes it away for a moment.
  static constexpr std::chrono::seconds patience{10};

  /// Topics of operations of earlier runs, made again for those who ask.
  static constexpr size_t revived_kept = 100;

  explicit root_state(root_actor::pointer ptr) : self(ptr) {
    // nop
  }

  void begin(environment_ptr environment);

  void on(const engine_status& x);
  void on(const container_list& x);
  void on(const container_facts& x);
  void on(const instance& x);
  void gone(const std::string& container_id);
  void consider(const std::string& instance_name);
  void forget(const std::string& instance_name);
  void publish(const std::string& path, const topic_actor& x);
  void on_down(const caf::down_msg& msg);
  void restart(const std::string& child);
  void end();

  caf::result<instance_actor> find(const std::string& instance_name) const;
  caf::result<topic_actor> find_topic(const std::string& path);
  caf::result<caf::unit_t> stop();

  root_actor::pointer self;
  environment_ptr env;
  engine_status engine{false, "the container engine has not answered yet"};
  model::container_map containers;
  std::map<std::string, instance_plan> plans;
  std::map<std::string, instance> entities;
  /// Instances that are no longer found, and since when.
  std::map<std::string, caf::actor_clock::time_point> away;
  children kids; ///< "instance NAME" and "topic"
  topic_actor topic;
  std::map<std::string, topic_actor> topics; ///< By path.
  std::deque<std::string> revived;           ///< Oldest first.

private:
  caf::actor make_child(const std::string& name);
  void replan();
  void tell_all(const std::string& instance_name);
  instance_actor handle_of(const std::string& instance_name) const;
  caf::result<topic_actor> revive(const std::string& path);
};

root_actor::behavior_type
root(root_actor::stateful_pointer<root_state> self, environment_ptr env);

} // namespace atalaya
