#include "actors/model/topic.hpp"

#include <algorithm>

namespace atalaya::model {

std::optional<topic::change>
topic::put(const std::string& key, json_ptr value) {
  auto i = values_.find(key);
  if (i != values_.end()) {
    if (*i->second.value == *value)
      return std::nullopt;
    order_.erase(i->second.seq);
  } else {
    std::erase_if(removed_, [&](const auto& x) { return x.second == key; });
  }
  change result{++seq_, key, std::move(value), false};
  order_.emplace(seq_, key);
  values_.insert_or_assign(key, result);
  return result;
}

std::optional<topic::change> topic::remove(const std::string& key) {
  auto i = values_.find(key);
  if (i == values_.end())
    return std::nullopt;
  order_.erase(i->second.seq);
  values_.erase(i);
  removed_.emplace(++seq_, key);
  if (removed_.size() > limits_.removals) {
    removals_floor_ = removed_.begin()->first;
    removed_.erase(removed_.begin());
  }
  return change{seq_, key, nullptr, false};
}

topic::change topic::append_line(json_ptr text) {
  lines_.push_back({++seq_, "", std::move(text), true});
  if (lines_.size() > limits_.lines) {
    last_dropped_ = lines_.front().seq;
    lines_.pop_front();
    ++lines_dropped_;
  }
  return lines_.back();
}

topic::debt topic::subscribe(const std::optional<uint64_t>& after,
                             const std::optional<std::string>& epoch,
                             const std::optional<uint32_t>& tail) const {
  debt result;
  result.resumed = after && epoch == epoch_ && *after <= seq_
                   && *after >= removals_floor_;
  auto from = result.resumed ? *after : 0;
  for (auto i = order_.upper_bound(from); i != order_.end(); ++i)
    result.changes.push_back(values_.at(i->second));
  if (result.resumed)
    for (auto i = removed_.upper_bound(from); i != removed_.end(); ++i)
      result.changes.push_back({i->first, i->second, nullptr, false});
  auto line = std::ranges::upper_bound(lines_, from, {}, &change::seq);
  auto count = static_cast<uint64_t>(lines_.end() - line);
  if (!tail && from < last_dropped_)
    result.dropped = std::min(lines_dropped_, last_dropped_ - from);
  if (tail && *tail < count)
    line = lines_.end() - *tail;
  result.changes.insert(result.changes.end(), line, lines_.end());
  std::ranges::sort(result.changes, {}, &change::seq);
  return result;
}

} // namespace atalaya::model
