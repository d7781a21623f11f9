#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>

namespace atalaya::net {

/// Which containers have to be looked at. However many events name one, it is
/// in the queue once; while it is being looked at, at most one more look
/// waits for the end of that one.
class look_queue {
public:
  void add(const std::string& id) {
    if (waiting_.insert(id).second)
      order_.push_back(id);
  }

  /// The first that nobody looks at; from now on the caller does.
  std::optional<std::string> take();

  /// The caller has looked at `id`.
  void done(const std::string& id) {
    under_way_.erase(id);
  }

  void clear();

private:
  std::deque<std::string> order_;
  std::set<std::string> waiting_; ///< What is in `order_`.
  std::set<std::string> under_way_;
};

} // namespace atalaya::net
