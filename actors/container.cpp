#include "actors/container.hpp"

namespace atalaya {

void container_actor_state::on(const container_facts& x) {
  known.name = x.name;
  known.id = x.id;
  known.image = x.image;
  known.image_id = x.image_id;
  known.state = x.state;
  known.health = x.health;
  known.started_at = x.started_at;
  known.exit_code = x.exit_code;
  known.detail = x.detail;
  report();
}

void container_actor_state::on(const engine_status& x) {
  engine = x;
  report();
}

void container_actor_state::missing() {
  known.state = "missing";
  known.health.reset();
  known.started_at.reset();
  known.exit_code.reset();
  known.detail = "the engine has no container of this name";
  report();
}

void container_actor_state::report() {
  auto current = known;
  if (!engine.reachable) {
    current.state = "unreachable";
    current.health.reset();
    current.detail = engine.detail;
  }
  if (reported == current)
    return;
  reported = current;
  self->send(owner, std::move(current));
}

container_actor::behavior_type
container_child(container_actor::stateful_pointer<container_actor_state> self,
                instance_actor owner, container_role role, std::string name) {
  auto& st = self->state;
  st.owner = std::move(owner);
  st.known.role = role;
  st.known.name = std::move(name);
  st.known.state = "missing";
  return {
    [self](const container_facts& x) { self->state.on(x); },
    [self](atom::gone) { self->state.missing(); },
    [self](const engine_status& x) { self->state.on(x); },
  };
}

} // namespace atalaya
