#include "store/attempts.hpp"

#include <algorithm>

namespace atalaya::store {

namespace chr = std::chrono;

chr::seconds attempts::wait(const std::string& key, timestamp now) const {
  auto found = by_key_.find(key);
  if (found == by_key_.end())
    return {};
  auto& x = *found->second;
  // A clock that was put back must not lengthen what is left.
  auto passed = std::max(now - x.last, chr::milliseconds{0});
  auto left = chr::ceil<chr::seconds>(delay(x.failures) - passed);
  return std::max(left, chr::seconds{0});
}

void attempts::begin(const std::string& key, timestamp now) {
  auto& place = by_key_.try_emplace(key, by_age_.end()).first->second;
  if (place == by_age_.end())
    place = by_age_.insert(place, {key, 0, now});
  by_age_.splice(by_age_.end(), by_age_, place);
  if (now - place->last > policy_.forgotten)
    place->failures = 0;
  ++place->failures;
  place->last = now;
  if (by_age_.size() > policy_.keys) {
    by_key_.erase(by_age_.front().key);
    by_age_.pop_front();
  }
}

void attempts::succeed(const std::string& key) {
  auto found = by_key_.find(key);
  if (found == by_key_.end())
    return;
  by_age_.erase(found->second);
  by_key_.erase(found);
}

chr::seconds attempts::delay(uint32_t failures) const {
  if (failures < policy_.free)
    return {};
  auto doublings = std::min(failures - policy_.free, 30u);
  auto result = policy_.first.count() << doublings;
  return std::min(chr::seconds{result}, policy_.most);
}

} // namespace atalaya::store
