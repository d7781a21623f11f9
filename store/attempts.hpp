#pragma once

#include <list>
#include <string>
#include <unordered_map>

#include "actors/reflect/time.hpp"

namespace atalaya::store {

/// How patient an `attempts` is.
struct attempts_policy {
  uint32_t free = 10;              ///< Failures before the first delay.
  std::chrono::seconds first{1};   ///< The first delay; the next are doubled.
  std::chrono::seconds most{900};  ///< The longest delay.
  std::chrono::hours forgotten{1}; ///< After so long without a failure.
  size_t keys = 10'000;            ///< Those that failed longest ago go first.
};

/// Counts the failed attempts of each key (a user, an address) and says how
/// long the next has to wait. An attempt counts when it begins, so that many
/// at once are no way around; one that succeeds takes the count back.
class attempts {
public:
  explicit attempts(attempts_policy policy) : policy_(policy) {
    // nop
  }

  /// How long `key` must wait at `now`, rounded up; 0: it may try.
  std::chrono::seconds wait(const std::string& key, timestamp now) const;

  void begin(const std::string& key, timestamp now);

  void succeed(const std::string& key);

  size_t size() const {
    return by_key_.size();
  }

private:
  struct record {
    std::string key;
    uint32_t failures = 0;
    timestamp last;
  };

  std::chrono::seconds delay(uint32_t failures) const;

  attempts_policy policy_;
  std::list<record> by_age_; ///< Oldest first.
  std::unordered_map<std::string, std::list<record>::iterator> by_key_;
};

} // namespace atalaya::store
