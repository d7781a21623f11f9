#include "actors/backup.hpp"

namespace atalaya {

namespace {

/// Writing a sidecar is one small file; the surveyor may be at a first look.
constexpr std::chrono::minutes patience{1};

} // namespace

void backup_actor_state::on(const backup& x) {
  known.backup = x;
  self->send(owner, x);
}

caf::result<backup> backup_actor_state::change(const backup_change& x) {
  auto promise = self->make_response_promise<backup>();
  self->request(env->surveyor, patience, known, x)
    .then(
      [this, promise](const backup& changed) mutable {
        on(changed);
        promise.deliver(changed);
      },
      [promise](caf::error& err) mutable { promise.deliver(std::move(err)); });
  return promise;
}

backup_actor::behavior_type
backup_child(backup_actor::stateful_pointer<backup_actor_state> self,
             environment_ptr env, instance_actor owner, backup_place place) {
  auto& st = self->state;
  st.env = std::move(env);
  st.owner = std::move(owner);
  st.known = std::move(place);
  st.on(backup{st.known.backup});
  return {
    [self](const backup& x) { self->state.on(x); },
    [self](const backup_change& x) { return self->state.change(x); },
  };
}

} // namespace atalaya
