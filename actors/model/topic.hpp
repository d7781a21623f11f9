#pragma once

// What a topic remembers, and what it owes a client that comes (back).
//
//   state   the newest value of each key, at the place of its newest change,
//           and for a while the keys that were removed
//   log     the newest lines, in the same sequence
//
// `seq` strictly rises. A client that has seen everything up to `after` is
// owed every key whose newest change is later, in order. Where a removal or a
// line it would need is no longer kept, or the epoch is another, it is owed
// everything. Pure; actors/topic.hpp does the sending.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace atalaya::model {

/// JSON that was encoded once, for everybody.
using json_ptr = std::shared_ptr<const std::string>;

class topic {
public:
  struct bounds {
    size_t removals = 4096; ///< Removed keys that are remembered.
    size_t lines = 5000;    ///< Log lines that are kept.
  };

  /// A change: of a key (null value: removed), or a log line (empty key).
  struct change {
    uint64_t seq = 0;
    std::string key;
    json_ptr value;
    bool line = false;
  };

  /// What a client is owed at its subscription, in order of `seq`.
  struct debt {
    bool resumed = false; ///< Only what it missed; else all that there is.
    std::vector<change> changes;
    /// Lines it would have got, were they kept; where keys and lines share
    /// the sequence, at most so many.
    uint64_t dropped = 0;
  };

  topic(std::string epoch, bounds limits)
    : epoch_(std::move(epoch)), limits_(limits) {
    // nop
  }

  /// Sets `key`. Returns the change, or null when the value is the same.
  std::optional<change> put(const std::string& key, json_ptr value);

  /// Removes `key`. Returns the change, or null when it is not there.
  std::optional<change> remove(const std::string& key);

  /// Appends a line; `encode` is given its sequence number.
  template <class Encode>
  change log(Encode&& encode) {
    return append_line(std::make_shared<const std::string>(encode(seq_ + 1)));
  }

  /// What is owed to a client that has seen everything up to `after` in
  /// `epoch` and wants at most `tail` lines. A log topic never snapshots.
  debt subscribe(const std::optional<uint64_t>& after,
                 const std::optional<std::string>& epoch,
                 const std::optional<uint32_t>& tail) const;

  const std::string& epoch() const {
    return epoch_;
  }

  uint64_t seq() const {
    return seq_;
  }

  /// The newest value of each key.
  const std::map<std::string, change>& values() const {
    return values_;
  }

private:
  change append_line(json_ptr text);

  std::string epoch_;
  bounds limits_;
  uint64_t seq_ = 0;
  uint64_t removals_floor_ = 0; ///< Newest removal that was forgotten.
  uint64_t lines_dropped_ = 0;  ///< How many lines are no longer kept.
  uint64_t last_dropped_ = 0;   ///< The newest of those.
  std::map<std::string, change> values_;
  std::map<uint64_t, std::string> order_; ///< Keys by their newest change.
  std::map<uint64_t, std::string> removed_;
  std::deque<change> lines_;
};

} // namespace atalaya::model
