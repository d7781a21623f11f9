#include "net/engine/actor.hpp"

#include <algorithm>
#include <utility>

#include "net/engine/watch.hpp"

namespace atalaya::net {

namespace {

/// What its watch sends it, on top of what others may.
using engine_host = engine_actor::extend<
  caf::reacts_to<engine_status>, caf::reacts_to<container_list>,
  caf::reacts_to<container_facts>, caf::reacts_to<atom::gone, std::string>>;

struct engine_state {
  static inline const char* name = "engine";

  explicit engine_state(engine_host::pointer ptr) : self(ptr) {
    // nop
  }

  ~engine_state() {
    if (source)
      source->stop();
  }

  template <class... Ts>
  void tell(const Ts&... xs) {
    for (auto& listener : listeners)
      caf::anon_send(listener, xs...);
  }

  void greet(const caf::actor& listener);

  engine_host::pointer self;
  std::shared_ptr<watch> source;
  bool started = false;
  std::vector<caf::actor> listeners;
  std::optional<engine_status> status;
  /// By id; null before the first list.
  std::optional<std::map<std::string, container_facts>> containers;
};

using engine_ptr = engine_host::stateful_pointer<engine_state>;

void engine_state::greet(const caf::actor& listener) {
  if (std::ranges::find(listeners, listener) == listeners.end()) {
    listeners.push_back(listener);
    self->monitor(listener);
  }
  if (!std::exchange(started, true))
    source->start();
  if (status)
    caf::anon_send(listener, *status);
  if (!containers)
    return;
  container_list list;
  for (auto& [id, facts] : *containers)
    list.containers.push_back(facts);
  caf::anon_send(listener, list);
}

/// Reports that send the actor a message while it lives, and don't keep it
/// alive.
watch_reports reports_to(engine_ptr self) {
  caf::weak_actor_ptr weak{self->ctrl()};
  auto forward = [weak](auto... xs) {
    if (auto strong = weak.lock())
      caf::anon_send(caf::actor_cast<engine_host>(strong), std::move(xs)...);
  };
  return {
    .status = forward,
    .list = forward,
    .changed = forward,
    .gone = [forward](std::string id) { forward(atom::gone_v, std::move(id)); },
  };
}

engine_host::behavior_type engine(engine_ptr self,
                                  boost::asio::any_io_executor ex,
                                  engine_address where, watch_pace pace) {
  auto& st = self->state;
  st.source = std::make_shared<watch>(ex, where, reports_to(self), pace);
  self->set_down_handler([self](const caf::down_msg& msg) {
    std::erase_if(self->state.listeners,
                  [&](auto& x) { return x.address() == msg.source; });
  });
  return {
    [self](atom::watch, const caf::actor& listener) {
      self->state.greet(listener);
    },
    [self](const engine_status& x) {
      self->state.status = x;
      if (!x.reachable)
        self->state.containers.reset();
      self->state.tell(x);
    },
    [self](const container_list& x) {
      auto& known = self->state.containers.emplace();
      for (auto& facts : x.containers)
        known[facts.id] = facts;
      self->state.tell(x);
    },
    [self](const container_facts& x) {
      self->state.containers->insert_or_assign(x.id, x);
      self->state.tell(x);
    },
    [self](atom::gone, const std::string& id) {
      self->state.containers->erase(id);
      self->state.tell(atom::gone_v, id);
    },
  };
}

} // namespace

engine_actor spawn_engine(caf::actor_system& sys,
                          boost::asio::any_io_executor ex, engine_address where,
                          watch_pace pace) {
  return sys.spawn(engine, std::move(ex), std::move(where), pace);
}

} // namespace atalaya::net
