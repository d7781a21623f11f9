#pragma once

#include <deque>
#include <map>

#include "actors/environment.hpp"

namespace atalaya {

/// The operations of one instance: those that run or wait, and the last 100
/// that ended. Part of the instance actor.
class work {
public:
  /// Ended operations that the instance's topic still shows.
  static constexpr size_t kept = 100;

  void init(instance_actor::pointer owner, environment_ptr env, root_actor root,
            topic_actor topic);

  /// Queues a job, and gives it its id. errc::forbidden where it is to force
  /// its way past what its requester may not cancel.
  caf::result<operation> start(job what);

  /// errc::not_found, forbidden; else what the operation answers.
  caf::result<operation> cancel(const std::string& id, const principal& who);

  /// An operation reports itself. Nothing overwrites an ended one.
  void on(const operation& x);

  /// Shows operations that ended before this program began, newest first.
  void remember(const std::vector<operation>& xs);

  /// An operation has died of a fault of ours: `died` is told that it failed.
  /// Returns whether the actor was one.
  bool on_down(const caf::down_msg& msg,
               const std::function<void(const operation&)>& died);

  /// Cancels everything.
  void cancel_all();

  /// Ends the actors of all operations.
  void end();

  /// Whether an operation runs that works on this database.
  bool busy(const std::string& database) const;

  /// Operations that wait for others, or run.
  size_t active() const;

  /// Whether nothing runs or waits.
  bool idle() const;

private:
  struct entry {
    operation entity;
    operation_request request;
    operation_actor handle; ///< Null for one of an earlier run.
    topic_actor topic;
    std::vector<claim> claims;
  };

  /// Those that conflict with `claims` and may be cancelled at all.
  std::vector<const entry*> in_the_way(const std::vector<claim>& claims) const;
  void forget_oldest();

  instance_actor::pointer owner_ = nullptr;
  environment_ptr env_;
  root_actor root_;
  topic_actor topic_;
  std::map<std::string, entry> entries_;
  std::deque<std::string> ended_; ///< Oldest first.
};

/// All that an operation reads (shared) and changes (exclusive). What stops
/// Odoo claims the instance, what stops PostgreSQL the cluster; whatever works
/// inside them shares both.
std::vector<claim>
claims_of(const operation_request& x, const instance_plan& plan);

} // namespace atalaya
