#include "actors/model/lock_table.hpp"

#include <algorithm>

namespace atalaya::model {

bool conflict(const claim_request& x, const claim_request& y) {
  return std::ranges::any_of(x.claims, [&](const claim& a) {
    return std::ranges::any_of(y.claims, [&](const claim& b) {
      return a.resource == b.resource && (a.exclusive || b.exclusive);
    });
  });
}

lock_table::effects lock_table::add(claim_request x) {
  entries_.push_back({std::move(x), false, {}});
  return advance();
}

lock_table::effects lock_table::remove(const std::string& operation) {
  std::erase_if(
    entries_, [&](const entry& x) { return x.request.operation == operation; });
  return advance();
}

lock_table::effects lock_table::advance() {
  effects result;
  for (size_t i = 0; i < entries_.size(); ++i) {
    auto& x = entries_[i];
    if (x.running)
      continue;
    auto waits_for = obstacles(i);
    x.running = waits_for.empty();
    if (x.running)
      result.start.push_back(x.request.operation);
    else if (waits_for != x.waits_for)
      result.wait.push_back({x.request.operation, waits_for});
    x.waits_for = std::move(waits_for);
  }
  return result;
}

std::vector<std::string> lock_table::obstacles(size_t i) const {
  const auto& x = entries_[i].request;
  std::vector<std::string> running, queued, places;
  for (size_t j = 0; j < entries_.size(); ++j) {
    const auto& y = entries_[j];
    if (j == i || (!y.running && j > i))
      continue;
    if (conflict(x, y.request))
      (y.running ? running : queued).push_back(y.request.operation);
    if (y.running && y.request.counts && y.request.instance == x.instance)
      places.push_back(y.request.operation);
  }
  running.insert(running.end(), queued.begin(), queued.end());
  if (running.empty() && x.counts && places.size() >= at_once_)
    return places;
  return running;
}

} // namespace atalaya::model
