#pragma once

#include <list>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/messages.hpp"

namespace atalaya::net::web {

/// What waits to be sent to one client. Bounded in everything that a slow
/// client could let grow: state by its keys, log lines by a number. Control
/// frames are as many as the client's own commands make; `bytes` lets the
/// session end a client that makes more of them than it reads.
///
/// Order: as pushed, but for a key whose newer value takes the place at the
/// end. A client that is cut off anywhere and resumes behind the last `seq` it
/// saw has then missed nothing.
class outbox {
public:
  /// @param max_log_lines over all topics
  explicit outbox(size_t max_log_lines) : max_log_lines_(max_log_lines) {
    // nop
  }

  /// Queues `x` as its kind asks. A snapshot clears the state of its topic
  /// that waits before it; log lines past the bound are dropped oldest first
  /// and counted in their place.
  void push(frame_ptr x);

  /// Drops all that waits of `topic`.
  void forget(const std::string& topic);

  /// Takes the oldest frames: at least one, together at most `max_bytes`.
  std::vector<frame_ptr> take(size_t max_bytes);

  bool empty() const {
    return queue_.empty();
  }

  /// JSON that waits, in bytes.
  size_t bytes() const {
    return bytes_;
  }

  /// Log lines that wait.
  size_t log_lines() const {
    return log_lines_;
  }

private:
  struct entry {
    frame_ptr what;       ///< Null: lines were dropped here.
    std::string topic;    ///< Where they were dropped.
    uint64_t dropped = 0; ///< How many.
  };

  using queue = std::list<entry>;
  using position = queue::iterator;

  void append(frame_ptr x);
  void erase(position i);
  void clear_state(const std::string& topic);
  void drop_lines();
  void note_dropped(position i);

  size_t max_log_lines_;
  size_t log_lines_ = 0;
  size_t bytes_ = 0;
  queue queue_;
  std::list<position> logs_; ///< Log frames of the queue, oldest first.
  std::unordered_map<std::string, position> state_; ///< By topic and key.
  std::map<std::string, position> dropped_;         ///< By topic.
};

/// Whether `x` is (a part of) a topic's whole state.
bool is_snapshot(const frame& x);

/// Whether `x` says that its topic has ended.
bool is_gone(const frame& x);

} // namespace atalaya::net::web
