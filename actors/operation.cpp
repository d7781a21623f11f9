#include "actors/operation.hpp"

namespace atalaya {

namespace {

/// People can't read faster, and every report goes to every browser.
constexpr std::chrono::milliseconds progress_interval{100};

/// Of so many, one goes into the history as well, for those who ask again and
/// again.
constexpr auto kept_reports = 5;

} // namespace

void operation_actor_state::start() {
  if (entity.state != operation_state::queued)
    return;
  entity.state = operation_state::running;
  entity.started_at = now();
  entity.waits_for.clear();
  report(true);
  what.reports = self;
  what.claims = env->claims;
  what.cancelled = cancelled;
  env->run(what);
  what.reports = nullptr; // it would keep itself alive
}

void operation_actor_state::wait(const std::vector<std::string>& others) {
  if (entity.state != operation_state::queued)
    return;
  entity.waits_for = others;
  report(true);
}

caf::result<operation> operation_actor_state::cancel() {
  if (ended(entity.state))
    return failure(errc::conflict, "this operation has already ended");
  *cancelled = true;
  if (entity.state == operation_state::queued)
    end({operation_state::cancelled, std::nullopt, std::nullopt});
  return entity;
}

void operation_actor_state::on(const progress& x) {
  if (ended(entity.state))
    return;
  auto new_phase = entity.phase != x.phase;
  entity.phase = x.phase;
  entity.done = x.done;
  entity.total = x.total;
  if (new_phase)
    return report(true);
  if (!report_pending)
    self->delayed_send(self, progress_interval, atom::tick_v);
  report_pending = true;
}

void operation_actor_state::tick() {
  report_pending = false;
  if (!ended(entity.state))
    report(++reports % kept_reports == 0);
}

void operation_actor_state::log(const std::string& text, bool warning) {
  if (ended(entity.state))
    return;
  std::vector<log_entry> entries{{now(), text}};
  self->send(topic, atom::log_v, entries);
  self->send(env->history, atom::log_v, entity.id, std::move(entries));
  if (!warning)
    return;
  entity.warnings.push_back(text);
  report(false);
}

void operation_actor_state::end(const outcome& x) {
  if (ended(entity.state))
    return;
  if (x.error)
    log(*x.error, false);
  entity.state = x.state;
  entity.error = x.error;
  entity.result = x.result;
  entity.finished_at = now();
  entity.waits_for.clear();
  self->send(env->claims, atom::release_v, entity.id);
  report(true);
  if (orphan)
    self->quit();
}

void operation_actor_state::orphaned() {
  orphan = true;
  *cancelled = true;
  if (entity.state == operation_state::queued)
    end({operation_state::cancelled, "the instance is no longer served",
         std::nullopt});
  if (ended(entity.state))
    self->quit();
}

void operation_actor_state::report(bool keep) {
  self->send(topic, atom::put_v, "operation", atalaya::entity{entity});
  self->send(owner, entity);
  if (keep)
    self->send(env->history, atom::record_v, entity);
}

operation_actor_state::~operation_actor_state() {
  *cancelled = true; // nobody is left to hear how it ends
}

operation_actor::behavior_type
operation_child(operation_actor::stateful_pointer<operation_actor_state> self,
                environment_ptr env, instance_actor owner, topic_actor topic,
                operation_setup setup) {
  auto& st = self->state;
  st.env = std::move(env);
  st.owner = std::move(owner);
  st.topic = std::move(topic);
  st.what = std::move(setup.what);
  st.entity = std::move(setup.entity);
  st.report(true);
  if (st.owner)
    self->monitor(st.owner);
  self->set_down_handler(
    [self](const caf::down_msg&) { self->state.orphaned(); });
  self->send(st.env->claims,
             claim_request{st.entity.id, st.entity.instance,
                           std::move(setup.claims), setup.counts},
             operation_actor{self});
  return {
    [self](atom::start) { self->state.start(); },
    [self](atom::wait, const std::vector<std::string>& others) {
      self->state.wait(others);
    },
    [self](atom::cancel) { return self->state.cancel(); },
    [self](const progress& x) { self->state.on(x); },
    [self](atom::log, const std::string& text, bool warning) {
      self->state.log(text, warning);
    },
    [self](const outcome& x) { self->state.end(x); },
    [self](atom::tick) { self->state.tick(); },
  };
}

} // namespace atalaya
