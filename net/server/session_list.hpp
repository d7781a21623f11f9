#pragma once

#include <unordered_map>

#include "actors/messages.hpp"

namespace atalaya::net::web {

/// The sessions of one server. Not thread safe: for its io thread alone.
class session_list {
public:
  explicit session_list(size_t limit) : limit_(limit) {
    // nop
  }

  bool full() const {
    return sessions_.size() >= limit_;
  }

  size_t size() const {
    return sessions_.size();
  }

  void add(caf::actor x) {
    auto id = x.id();
    sessions_.emplace(id, std::move(x));
  }

  void remove(caf::actor_id id) {
    sessions_.erase(id);
  }

  /// Sends each its heartbeat.
  void tick(const frame_ptr& x) const {
    for (auto& [id, session] : sessions_)
      caf::anon_send(session, atom::tick_v, x);
  }

  /// Ends each; they say goodbye to their clients first.
  void end(caf::exit_reason why) const {
    for (auto& [id, session] : sessions_)
      caf::anon_send_exit(session, why);
  }

private:
  size_t limit_;
  std::unordered_map<caf::actor_id, caf::actor> sessions_;
};

} // namespace atalaya::net::web
