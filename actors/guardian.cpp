#include "actors/guardian.hpp"

#include <algorithm>

#include <caf/event_based_actor.hpp>

namespace atalaya {

namespace {

caf::behavior guardian(caf::event_based_actor* self,
                       const std::vector<pillar>& pillars,
                       const std::function<void(std::string)>& fallen) {
  for (const auto& x : pillars)
    self->monitor(x.handle);
  self->set_down_handler([=](const caf::down_msg& msg) {
    auto i = std::ranges::find_if(pillars, [&](const pillar& x) {
      return x.handle.address() == msg.source;
    });
    if (msg.reason == caf::exit_reason::user_shutdown || i == pillars.end())
      return;
    fallen(i->name + " has ended: " + to_string(msg.reason));
    self->quit(caf::exit_reason::user_shutdown);
  });
  // Only there to be told of ends.
  self->set_default_handler(caf::drop);
  return {[](caf::unit_t) {}};
}

} // namespace

caf::actor guard(caf::actor_system& sys, std::vector<pillar> pillars,
                 std::function<void(std::string)> fallen) {
  return sys.spawn(guardian, std::move(pillars), std::move(fallen));
}

} // namespace atalaya
