#include "actors/work.hpp"

#include <algorithm>
#include <random>

#include "actors/model/lock_table.hpp"
#include "actors/operation.hpp"
#include "actors/topic.hpp"

namespace atalaya {

namespace {

/// Twelve characters, unique among all that this data directory will hold.
std::string new_id() {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  static thread_local std::mt19937_64 random{std::random_device{}()};
  std::string result;
  while (result.size() < 12)
    result += letters[random() % letters.size()];
  return result;
}

bool is_container_verb(operation_kind x) {
  return x == operation_kind::start || x == operation_kind::stop
         || x == operation_kind::restart;
}

/// What the engine has begun it ends; nothing calls it back.
bool can_be_cancelled(const operation& x) {
  return x.state == operation_state::queued
         || (x.state == operation_state::running && !is_container_verb(x.kind));
}

bool may_cancel(const std::string& user, role as, const operation& x) {
  return as == role::admin || x.requested_by == user;
}

bool names_database(operation_kind x) {
  return !is_container_verb(x) && x != operation_kind::pull
         && x != operation_kind::delete_backup && x != operation_kind::verify
         && x != operation_kind::push;
}

} // namespace

std::vector<claim>
claims_of(const operation_request& x, const instance_plan& plan) {
  auto in_instance = "instance:" + plan.name;
  auto in_cluster = "cluster:" + plan.cluster;
  auto database = "database:" + plan.cluster + '/' + x.target;
  if (is_container_verb(x.kind) && x.target == "odoo")
    return {{"container:" + plan.odoo_container, true}, {in_instance, true}};
  if (is_container_verb(x.kind))
    return {{"container:" + plan.postgres_container, true}, {in_cluster, true}};
  if (x.kind == operation_kind::delete_backup)
    return {{"backup:" + plan.name + '/' + x.target, true}};
  // A second backup at the same time would only slow the first down.
  if (x.kind == operation_kind::backup)
    return {{"backups of:" + plan.cluster + '/' + x.target, true},
            {database, false},
            {in_instance, false},
            {in_cluster, false}};
  return {{database, true}, {in_instance, false}, {in_cluster, false}};
}

void work::init(instance_actor::pointer owner, environment_ptr env,
                root_actor root, topic_actor topic) {
  owner_ = owner;
  env_ = std::move(env);
  root_ = std::move(root);
  topic_ = std::move(topic);
  for (const auto& [id, x] : entries_)
    owner_->send(topic_, atom::put_v, "operations/" + id, entity{x.entity});
}

caf::result<operation> work::start(job what) {
  const auto& x = what.request;
  operation_setup setup;
  setup.entity.id = what.operation = new_id();
  setup.entity.instance = what.plan.name;
  setup.entity.kind = x.kind;
  setup.entity.target = x.target;
  setup.entity.requested_by = x.requested_by;
  setup.entity.queued_at = now();
  setup.claims = claims_of(x, what.plan);
  setup.counts = !is_container_verb(x.kind);
  if (x.force) {
    auto others = in_the_way(setup.claims);
    for (auto other : others)
      if (!may_cancel(x.requested_by, x.role, other->entity))
        return failure(errc::forbidden,
                       "only an administrator may force past what "
                         + other->entity.requested_by
                         + " has started; without force it waits");
    for (auto other : others)
      owner_->send(other->handle, atom::cancel_v);
  }
  auto path = "operations/" + setup.entity.id;
  auto result = setup.entity;
  entry added{setup.entity, x, {}, {}, setup.claims};
  setup.what = std::move(what);
  added.topic = owner_->spawn(atalaya::topic, path, env_->log_backlog);
  owner_->send(root_, atom::publish_v, path, added.topic);
  added.handle = owner_->spawn(operation_child, env_, instance_actor{owner_},
                               added.topic, std::move(setup));
  owner_->monitor(added.handle);
  owner_->send(topic_, atom::put_v, path, entity{result});
  entries_.insert_or_assign(result.id, std::move(added));
  return result;
}

caf::result<operation>
work::cancel(const std::string& id, const principal& who) {
  auto i = entries_.find(id);
  if (i == entries_.end())
    return failure(errc::not_found, "there is no operation " + id);
  if (!may_cancel(who.user, who.role, i->second.entity))
    return failure(errc::forbidden, "only an administrator may cancel what "
                                    "somebody else has started");
  if (ended(i->second.entity.state) || !i->second.handle)
    return failure(errc::conflict, "this operation has already ended");
  if (!can_be_cancelled(i->second.entity))
    return failure(errc::conflict, "the engine is at work on it and can't be "
                                   "called back; it ends by itself");
  return owner_->delegate(i->second.handle, atom::cancel_v);
}

void work::on(const operation& x) {
  auto i = entries_.find(x.id);
  if (i == entries_.end() || ended(i->second.entity.state))
    return;
  i->second.entity = x;
  owner_->send(topic_, atom::put_v, "operations/" + x.id, entity{x});
  if (!ended(x.state))
    return;
  ended_.push_back(x.id);
  forget_oldest();
}

void work::remember(const std::vector<operation>& xs) {
  for (const auto& x : xs) {
    if (!ended(x.state) || entries_.contains(x.id) || ended_.size() >= kept)
      continue;
    entries_.emplace(x.id, entry{x, {}, {}, {}, {}});
    ended_.push_front(x.id);
    owner_->send(topic_, atom::put_v, "operations/" + x.id, entity{x});
  }
}

bool work::on_down(const caf::down_msg& msg,
                   const std::function<void(const operation&)>& died) {
  auto i = std::ranges::find_if(entries_, [&](const auto& x) {
    return x.second.handle && x.second.handle.address() == msg.source;
  });
  if (i == entries_.end())
    return false;
  i->second.handle = nullptr;
  auto dead = i->second.entity;
  if (ended(dead.state))
    return true;
  dead.state = operation_state::failed;
  dead.finished_at = now();
  dead.error = "a fault in Atalaya ended it: " + caf::to_string(msg.reason);
  owner_->send(env_->history, atom::record_v, dead);
  owner_->send(i->second.topic, atom::put_v, "operation", entity{dead});
  died(dead);
  return true;
}

void work::cancel_all() {
  for (const auto& [id, x] : entries_)
    if (x.handle && !ended(x.entity.state))
      owner_->send(x.handle, atom::cancel_v);
}

std::vector<const work::entry*>
work::in_the_way(const std::vector<claim>& claims) const {
  std::vector<const entry*> result;
  claim_request mine{"", "", claims, false};
  for (const auto& [id, x] : entries_)
    if (x.handle && can_be_cancelled(x.entity)
        && model::conflict(mine, {"", "", x.claims, false}))
      result.push_back(&x);
  return result;
}

void work::forget_oldest() {
  while (ended_.size() > kept) {
    auto i = entries_.find(ended_.front());
    ended_.pop_front();
    owner_->send(topic_, atom::remove_v, "operations/" + i->first);
    if (i->second.handle) {
      owner_->demonitor(i->second.handle.address());
      owner_->send_exit(i->second.handle, caf::exit_reason::user_shutdown);
    }
    if (i->second.topic)
      owner_->send_exit(i->second.topic, caf::exit_reason::user_shutdown);
    entries_.erase(i);
  }
}

void work::end() {
  for (auto& [id, x] : entries_) {
    if (x.handle)
      owner_->send_exit(x.handle, caf::exit_reason::user_shutdown);
    if (x.topic)
      owner_->send_exit(x.topic, caf::exit_reason::user_shutdown);
  }
  entries_.clear();
  ended_.clear();
}

bool work::busy(const std::string& database) const {
  return std::ranges::any_of(entries_, [&](const auto& x) {
    return x.second.entity.state == operation_state::running
           && names_database(x.second.entity.kind)
           && x.second.entity.target == database;
  });
}

size_t work::active() const {
  return static_cast<size_t>(std::ranges::count_if(
    entries_, [](const auto& x) { return !ended(x.second.entity.state); }));
}

bool work::idle() const {
  return active() == 0;
}

} // namespace atalaya
