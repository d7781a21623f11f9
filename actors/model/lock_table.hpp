#pragma once

// What may run beside what. An operation claims all that it uses at once:
//
//   running   its claims conflict with no other running operation's, and its
//             instance has a place for it
//   queued    the rest, in the order they came; none overtakes an earlier one
//             that it conflicts with
//
// Two claims conflict when they name the same resource and one is exclusive.
// An operation that `counts` takes one of its instance's places. Pure: the
// table says what is to be done, an actor does it (actors/claims.hpp).

#include <cstddef>
#include <string>
#include <vector>

#include <boost/describe.hpp>

namespace atalaya {

/// Something an operation uses: many may read it, one alone may change it.
struct claim {
  std::string resource; ///< "database:CLUSTER/NAME", "container:ID", …
  bool exclusive = false;
  bool operator==(const claim&) const = default;
};
BOOST_DESCRIBE_STRUCT(claim, (), (resource, exclusive))

/// An operation's place in the queue: all that it uses, claimed at once.
struct claim_request {
  std::string operation;
  std::string instance;
  std::vector<claim> claims;
  bool counts = true; ///< Takes one of the instance's operations_at_once.
  bool operator==(const claim_request&) const = default;
};
BOOST_DESCRIBE_STRUCT(claim_request, (), (operation, instance, claims, counts))

namespace model {

/// Whether both may not run at once because of what they use.
bool conflict(const claim_request& x, const claim_request& y);

class lock_table {
public:
  struct waiting {
    std::string operation;
    std::vector<std::string> waits_for; ///< Operations, running ones first.
    bool operator==(const waiting&) const = default;
  };

  /// What has changed: these begin now, those wait for others than before.
  struct effects {
    std::vector<std::string> start;
    std::vector<waiting> wait;
    bool operator==(const effects&) const = default;
  };

  /// @param at_once places that an instance has for operations that count
  explicit lock_table(size_t at_once) : at_once_(at_once) {
    // nop
  }

  /// Queues `x` behind all others. REQUIRES: its id is not in the table.
  effects add(claim_request x);

  /// Takes `operation` out, whether it ran or waited; unknown: nothing.
  effects remove(const std::string& operation);

  size_t size() const {
    return entries_.size();
  }

private:
  struct entry {
    claim_request request;
    bool running = false;
    std::vector<std::string> waits_for;
  };

  effects advance();

  /// Whom entry `i` waits for; empty when it may run.
  std::vector<std::string> obstacles(size_t i) const;

  size_t at_once_;
  std::vector<entry> entries_; ///< In the order they came.
};

} // namespace model

} // namespace atalaya
