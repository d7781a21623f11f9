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

/// What an operation's function is to do.
struct job {
  std::string operation; ///< Its id.
  operation_request request;
  instance_plan plan;
  backup_place backup; ///< The one that `request` names, where it names one.
  uint64_t database_size = 0; ///< Bytes of the database that it names.
  uint64_t filestore_size = 0;
  operation_actor reports;
  /// Sent (release, operation) once the function has ended, so that nobody
  /// else works on the same while it still does, whatever became of `reports`.
  claims_actor claims;
  cancel_flag cancelled;
};

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

  /// Runs a job on a thread of its own; an outcome is the last that it
  /// reports, whatever happens.
  std::function<void(const job&)> run;

  model::discovery_settings discovery;
  size_t log_backlog = 5000; ///< Lines kept per topic.
};

using environment_ptr = std::shared_ptr<const environment>;

} // namespace atalaya
