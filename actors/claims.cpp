#include "actors/claims.hpp"

#include <algorithm>

namespace atalaya {

void claims_state::add(const claim_request& x,
                       const operation_actor& operation) {
  if (!operations.emplace(x.operation, operation).second)
    return;
  self->monitor(operation);
  carry_out(table.add(x));
}

void claims_state::remove(const std::string& id) {
  auto i = operations.find(id);
  if (i == operations.end())
    return;
  self->demonitor(i->second.address());
  operations.erase(i);
  running.erase(id);
  carry_out(table.remove(id));
}

void claims_state::on_down(const caf::down_msg& msg) {
  auto i = std::ranges::find_if(operations, [&](const auto& x) {
    return x.second.address() == msg.source;
  });
  if (i != operations.end() && !running.contains(i->first))
    remove(std::string{i->first});
}

void claims_state::carry_out(const model::lock_table::effects& xs) {
  for (const auto& id : xs.start) {
    running.insert(id);
    self->send(operations.at(id), atom::start_v);
  }
  for (const auto& x : xs.wait)
    self->send(operations.at(x.operation), atom::wait_v, x.waits_for);
}

claims_actor::behavior_type
claims(claims_actor::stateful_pointer<claims_state> self, size_t at_once) {
  self->state.table = model::lock_table{at_once};
  self->set_down_handler(
    [self](const caf::down_msg& msg) { self->state.on_down(msg); });
  return {
    [self](const claim_request& x, const operation_actor& operation) {
      self->state.add(x, operation);
    },
    [self](atom::release, const std::string& id) { self->state.remove(id); },
  };
}

} // namespace atalaya
