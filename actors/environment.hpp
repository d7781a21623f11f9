#pragma once

// What main.cpp hands to the tree: the handles of what lies outside it, and
// how to make what the tree itself may not know.

#include <atomic>
#include <functional>
#include <memory>

#include "actors/interfaces.hpp"
#include "actors/model/discovery.hpp"

namespace atalaya {

/// Set when an operation should stop as soon as that is safe.
using cancel_flag = std::shared_ptr<std::atomic<bool>>;

struct environment {
  history_actor history;
  surveyor_actor surveyor;
  claims_actor claims;

  /// Follows a PostgreSQL; sends `listener` a catalog whenever it changes.
  std::function<caf::actor(const postgres_target&, caf::actor listener)>
    follow_cluster;

  /// Follows a folder of backups; sends `listener` (reload) on changes.
  std::function<caf::actor(const std::string& folder, caf::actor listener)>
    follow_backups;

  /// Runs what `request` asks for on a thread of its own, and reports to
  /// `reports`; an outcome comes last, whatever happens.
  std::function<void(const operation_request& request,
                     const instance_plan& plan, operation_actor reports,
                     cancel_flag cancelled)>
    run;

  model::discovery_settings discovery;
  size_t log_backlog = 5000; ///< Lines kept per topic.
};

using environment_ptr = std::shared_ptr<const environment>;

} // namespace atalaya
