#include "actors/root.hpp"

#include <algorithm>

#include "actors/instance.hpp"
#include "actors/topic.hpp"

namespace atalaya {

namespace {

constexpr std::string_view operations = "operations/";
constexpr std::chrono::seconds history_timeout{10};
constexpr std::chrono::seconds stop_timeout{15};

bool belongs(const instance_plan& plan, const std::string& container_id) {
  return plan.odoo_container == container_id
         || plan.postgres_container == container_id;
}

} // namespace

void root_state::begin(environment_ptr environment) {
  env = std::move(environment);
  kids.init(self,
            [this](const std::string& child) { return make_child(child); });
  kids.keep("topic");
  if (!env->discovery.instances.empty())
    replan();
}

caf::actor root_state::make_child(const std::string& child) {
  if (child == "topic") {
    topic = self->spawn(atalaya::topic, std::string{"instances"}, size_t{1});
    publish("instances", topic);
    for (const auto& [called, x] : entities)
      self->send(topic, atom::put_v, "instances/" + called, entity{x});
    return caf::actor_cast<caf::actor>(topic);
  }
  auto& plan = plans.at(child.substr(child.find(' ') + 1));
  return caf::actor_cast<caf::actor>(
    self->spawn(instance_child, env, plan, root_actor{self}));
}

instance_actor root_state::handle_of(const std::string& instance_name) const {
  return caf::actor_cast<instance_actor>(
    kids.find("instance " + instance_name));
}

void root_state::on(const engine_status& x) {
  engine = x;
  for (const auto& [called, plan] : plans)
    if (auto handle = handle_of(called))
      self->send(handle, engine);
}

void root_state::on(const container_list& x) {
  auto before = std::exchange(containers, {});
  for (const auto& facts : x.containers)
    containers.emplace(facts.id, facts);
  for (const auto& [id, facts] : before)
    if (!containers.contains(id))
      gone(id);
  replan();
  for (const auto& [called, plan] : plans)
    tell_all(called);
}

void root_state::on(const container_facts& x) {
  containers.insert_or_assign(x.id, x);
  replan();
  for (const auto& [called, plan] : plans)
    if (auto handle = handle_of(called); handle && belongs(plan, x.id))
      self->send(handle, x);
}

void root_state::gone(const std::string& id) {
  containers.erase(id);
  for (const auto& [called, plan] : plans)
    if (auto handle = handle_of(called); handle && belongs(plan, id))
      self->send(handle, atom::gone_v, id);
  replan();
}

void root_state::replan() {
  auto found = model::plan_instances(containers, env->discovery);
  std::set<std::string> names;
  for (auto& plan : found) {
    names.insert(plan.name);
    auto [i, added] = plans.try_emplace(plan.name, plan);
    if (!added && i->second == plan)
      continue;
    i->second = plan;
    auto child = "instance " + plan.name;
    if (added)
      kids.keep(child);
    else if (auto handle = handle_of(plan.name))
      self->send(handle, plan);
    tell_all(plan.name);
  }
  std::erase_if(away, [&](const auto& x) { return names.contains(x.first); });
  for (const auto& [called, plan] : plans)
    if (!names.contains(called)
        && away.emplace(called, self->clock().now()).second)
      self->delayed_send(self, patience, atom::leave_v, called);
}

void root_state::tell_all(const std::string& instance_name) {
  auto handle = handle_of(instance_name);
  if (!handle)
    return;
  self->send(handle, engine);
  for (const auto& [id, facts] : containers)
    if (belongs(plans.at(instance_name), id))
      self->send(handle, facts);
}

void root_state::consider(const std::string& instance_name) {
  auto since = away.find(instance_name);
  if (since == away.end())
    return; // back, or forgotten
  auto handle = handle_of(instance_name);
  auto early = self->clock().now() - since->second < patience;
  auto later = [=, this] {
    self->delayed_send(self, patience, atom::leave_v, instance_name);
  };
  if (!engine.reachable || !handle || early)
    return later();
  // What runs takes its locks and its end with it: it is waited for.
  self->request(handle, stop_timeout, atom::busy_v)
    .then(
      [=, this](bool busy) {
        if (busy)
          return later();
        if (away.contains(instance_name))
          forget(instance_name);
      },
      [=](const caf::error&) { later(); });
}

void root_state::forget(const std::string& instance_name) {
  away.erase(instance_name);
  plans.erase(instance_name);
  kids.drop("instance " + instance_name);
  entities.erase(instance_name);
  self->send(topic, atom::remove_v, "instances/" + instance_name);
}

void root_state::on(const instance& x) {
  if (!plans.contains(x.name))
    return;
  entities.insert_or_assign(x.name, x);
  self->send(topic, atom::put_v, "instances/" + x.name, entity{x});
}

void root_state::publish(const std::string& path, const topic_actor& x) {
  topics.insert_or_assign(path, x);
  self->monitor(x);
}

caf::result<instance_actor>
root_state::find(const std::string& instance_name) const {
  if (auto handle = handle_of(instance_name))
    return handle;
  if (plans.contains(instance_name))
    return failure(errc::unavailable, "the instance is being started again");
  return failure(errc::not_found, "there is no instance " + instance_name);
}

caf::result<topic_actor> root_state::find_topic(const std::string& path) {
  if (auto i = topics.find(path); i != topics.end())
    return i->second;
  if (path.starts_with(operations))
    return revive(path);
  if (path == "instances" || plans.contains(path.substr(path.find('/') + 1)))
    return failure(errc::unavailable, path + " is being started again");
  return failure(errc::not_found, "there is no topic " + path);
}

caf::result<topic_actor> root_state::revive(const std::string& path) {
  auto promise = self->make_response_promise<topic_actor>();
  self
    ->request(env->history, history_timeout, atom::get_v,
              path.substr(operations.size()))
    .then(
      [=, this](const operation_record& x) mutable {
        // Somebody else may have asked at the same time.
        if (auto i = topics.find(path); i != topics.end()) {
          promise.deliver(i->second);
          return;
        }
        auto made = self->spawn(atalaya::topic, path, env->log_backlog);
        self->send(made, atom::put_v, "operation", entity{x.operation});
        self->send(made, atom::log_v, x.log);
        publish(path, made);
        revived.push_back(path);
        if (revived.size() > revived_kept) {
          if (auto i = topics.find(revived.front()); i != topics.end())
            self->send_exit(i->second, caf::exit_reason::user_shutdown);
          revived.pop_front();
        }
        promise.deliver(std::move(made));
      },
      [=](caf::error& err) mutable { promise.deliver(std::move(err)); });
  return promise;
}

caf::result<caf::unit_t> root_state::stop() {
  auto promise = self->make_response_promise<caf::unit_t>();
  auto waiting = std::make_shared<size_t>(plans.size() + 1);
  auto one_less = [=]() mutable {
    if (--*waiting == 0)
      promise.deliver(caf::unit);
  };
  for (const auto& [called, plan] : plans) {
    auto handle = handle_of(called);
    if (!handle) {
      --*waiting;
      continue;
    }
    // Untyped: CAF sends a unit_t as an empty message, which its own typed
    // handlers don't take.
    self
      ->request(caf::actor_cast<caf::actor>(handle), stop_timeout, atom::stop_v)
      .then([=]() mutable { one_less(); },
            [=](const caf::error&) mutable { one_less(); });
  }
  one_less();
  return promise;
}

void root_state::on_down(const caf::down_msg& msg) {
  if (!kids.on_down(msg).empty())
    return;
  std::erase_if(
    topics, [&](const auto& x) { return x.second.address() == msg.source; });
}

void root_state::restart(const std::string& child) {
  kids.restart(child);
  if (child != "topic")
    tell_all(child.substr(child.find(' ') + 1));
}

void root_state::end() {
  kids.end(caf::exit_reason::user_shutdown);
  for (const auto& [path, x] : topics)
    self->send_exit(x, caf::exit_reason::user_shutdown);
  self->quit(caf::exit_reason::user_shutdown);
}

root_actor::behavior_type
root(root_actor::stateful_pointer<root_state> self, environment_ptr env) {
  auto st = &self->state;
  self->set_down_handler([st](const caf::down_msg& msg) { st->on_down(msg); });
  self->set_exit_handler([st](const caf::exit_msg&) { st->end(); });
  st->begin(std::move(env));
  return {
    [st](const engine_status& x) { st->on(x); },
    [st](const container_list& x) { st->on(x); },
    [st](const container_facts& x) { st->on(x); },
    [st](atom::gone, const std::string& id) { st->gone(id); },
    [st](atom::instances) {
      std::vector<instance> result;
      for (const auto& [called, x] : st->entities)
        result.push_back(x);
      return result;
    },
    [st](const instance& x) { st->on(x); },
    [st](atom::instance, const std::string& name) { return st->find(name); },
    [st](atom::topic, const std::string& path) { return st->find_topic(path); },
    [st](atom::publish, const std::string& path, const topic_actor& x) {
      st->publish(path, x);
    },
    [st](atom::stop) { return st->stop(); },
    [st](atom::leave, const std::string& name) { st->consider(name); },
    [st](atom::restart, const std::string& child) { st->restart(child); },
  };
}

} // namespace atalaya
