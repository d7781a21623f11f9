#pragma once

#include "actors/environment.hpp"

namespace atalaya {

/// Owned by its instance. Queued until its claims are granted; then its
/// function runs, and what that says becomes the entity. Sealed once ended:
/// nothing that comes later changes it.
struct operation_actor_state {
  static inline const char* name = "operation";

  explicit operation_actor_state(operation_actor::pointer ptr) : self(ptr) {
    // nop
  }

  ~operation_actor_state();

  void start();
  void wait(const std::vector<std::string>& others);
  caf::result<operation> cancel();
  void on(const progress& x);
  void tick();
  void log(const std::string& text, bool warning);
  void end(const outcome& x);

  /// Its instance has ended, and nobody could cancel it any more: it cancels
  /// itself, and the history has its end.
  void orphaned();

  /// Tells instance, topic and (when `keep`) history how it stands.
  void report(bool keep);

  operation_actor::pointer self;
  environment_ptr env;
  instance_actor owner;
  topic_actor topic;
  job what;
  operation entity;
  cancel_flag cancelled = std::make_shared<std::atomic<bool>>(false);
  bool orphan = false;
  int reports = 0;             ///< Of progress.
  bool report_pending = false; ///< A progress report is on its way.
};

struct operation_setup {
  operation entity; ///< As it begins: queued.
  job what;
  std::vector<claim> claims;
  bool counts = true;
};

/// Queues itself for its claims. `topic` is its own, published by the owner.
operation_actor::behavior_type
operation_child(operation_actor::stateful_pointer<operation_actor_state> self,
                environment_ptr env, instance_actor owner, topic_actor topic,
                operation_setup setup);

} // namespace atalaya
