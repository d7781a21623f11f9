#include "net/engine/look_queue.hpp"

#include <algorithm>

namespace atalaya::net {

std::optional<std::string> look_queue::take() {
  auto free = [this](const std::string& id) {
    return !under_way_.contains(id);
  };
  auto i = std::ranges::find_if(order_, free);
  if (i == order_.end())
    return std::nullopt;
  auto result = *i;
  order_.erase(i);
  waiting_.erase(result);
  under_way_.insert(result);
  return result;
}

void look_queue::clear() {
  order_.clear();
  waiting_.clear();
  under_way_.clear();
}

} // namespace atalaya::net
