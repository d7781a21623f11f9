#pragma once

#include "actors/frames.hpp"
#include "actors/interfaces.hpp"

namespace atalaya {

/// Supervised by whoever published it; a new one has a new epoch, so that its
/// clients know to begin again. Ends only when told to.
struct topic_state {
  static inline const char* name = "topic";

  topic_state();

  void put(const std::string& key, const entity& value);
  void remove(const std::string& key);
  void log(const std::vector<log_entry>& entries);
  void subscribe(const subscription& wish, const caf::actor& subscriber);
  void leave(const caf::actor_addr& subscriber);

  /// Tells all subscribers that the topic has ended.
  void end();

  topic_view view() const;

  topic_actor::pointer self = nullptr;
  std::string path; ///< "instances/main": the topic's name.
  model::topic rules;
  std::vector<caf::actor> subscribers;
  /// The snapshot of `snapshot_seq`: many who come at once share it.
  std::vector<frame_ptr> snapshot;
  uint64_t snapshot_seq = 0;

private:
  void send_all(const frame_ptr& x);
  void send_debt(const model::topic::debt& debt, const caf::actor& to);
  void send_one(const caf::actor& to, const frame_ptr& x);
  void deliver(const caf::actor& to, const caf::message& msg);
};

/// A topic called `path` that keeps `lines` log lines for those who come late.
topic_actor::behavior_type
topic(topic_actor::stateful_pointer<topic_state> self, std::string path,
      size_t lines);

} // namespace atalaya
