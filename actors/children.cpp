#include "actors/children.hpp"

#include <algorithm>

namespace atalaya {

void children::init(caf::scheduled_actor* owner, factory make,
                    model::backoff policy) {
  owner_ = owner;
  make_ = std::move(make);
  policy_ = policy;
}

void children::keep(const std::string& name) {
  auto [i, added] = slots_.try_emplace(name);
  if (added)
    make(name, i->second);
}

void children::drop(const std::string& name) {
  auto i = slots_.find(name);
  if (i == slots_.end())
    return;
  if (i->second.handle) {
    owner_->demonitor(i->second.handle.address());
    caf::anon_send_exit(i->second.handle, caf::exit_reason::user_shutdown);
  }
  slots_.erase(i);
}

caf::actor children::find(const std::string& name) const {
  auto i = slots_.find(name);
  return i == slots_.end() ? caf::actor{} : i->second.handle;
}

std::vector<std::string> children::names() const {
  std::vector<std::string> result;
  for (const auto& [name, x] : slots_)
    result.push_back(name);
  return result;
}

std::string children::on_down(const caf::down_msg& msg) {
  auto i = std::ranges::find_if(slots_, [&](const auto& x) {
    return x.second.handle.address() == msg.source;
  });
  if (i == slots_.end())
    return "";
  auto name = i->first;
  if (!msg.reason) {
    slots_.erase(i);
    return name;
  }
  auto& x = i->second;
  x.handle = nullptr;
  if (owner_->clock().now() - x.started >= policy_.stable)
    x.failures = 0;
  auto delay = policy_.delay(++x.failures);
  owner_->clock().schedule_message(
    owner_->clock().now() + delay,
    caf::actor_cast<caf::strong_actor_ptr>(owner_),
    caf::make_mailbox_element(nullptr, caf::make_message_id(), {},
                              atom::restart_v, name));
  return name;
}

void children::restart(const std::string& name) {
  auto i = slots_.find(name);
  if (i != slots_.end() && !i->second.handle)
    make(name, i->second);
}

void children::end(caf::exit_reason reason) {
  for (auto& [name, x] : slots_)
    if (x.handle)
      caf::anon_send_exit(x.handle, reason);
  slots_.clear();
}

void children::make(const std::string& name, slot& to) {
  to.handle = make_(name);
  to.started = owner_->clock().now();
  owner_->monitor(to.handle);
}

} // namespace atalaya
