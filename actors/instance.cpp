#include "actors/instance.hpp"

#include <algorithm>

#include "actors/backup.hpp"
#include "actors/container.hpp"
#include "actors/database.hpp"
#include "actors/model/odoo_options.hpp"
#include "actors/operation.hpp"
#include "actors/topic.hpp"

namespace atalaya {

namespace {

/// A look that finds nothing new costs some hundred calls of stat.
constexpr std::chrono::seconds look_interval{5};
constexpr std::chrono::minutes look_timeout{10};
constexpr std::chrono::minutes sample_interval{5};

template <class Handle, class... Ts>
void tell(const caf::actor& child, Ts&&... xs) {
  if (child)
    caf::anon_send(caf::actor_cast<Handle>(child), std::forward<Ts>(xs)...);
}

/// Python's `re.match`: anchored at its start. A pattern that only Python
/// understands hides nothing.
std::regex compile(const std::string& pattern) {
  try {
    return std::regex{pattern};
  } catch (const std::regex_error&) {
    return std::regex{".*"};
  }
}

} // namespace

void instance_actor_state::begin(environment_ptr environment,
                                 instance_plan first, root_actor parent) {
  env = std::move(environment);
  root = std::move(parent);
  plan.name = first.name;
  kids.init(self,
            [this](const std::string& child) { return make_child(child); });
  kids.keep("topic");
  kids.keep("container odoo");
  kids.keep("container postgres");
  self
    ->request(env->history, caf::infinite,
              operation_query{plan.name, std::nullopt, work::kept})
    .then([this](const std::vector<operation>& xs) { tasks.remember(xs); },
          [](const caf::error&) {
            // Without the history there is nothing to remember.
          });
  on(first);
  list_backups();
  self->delayed_send(self, look_interval, atom::tick_v);
  self->delayed_send(self, sample_interval, atom::samples_v);
}

caf::actor instance_actor_state::make_child(const std::string& child) {
  instance_actor me{self};
  auto listener = caf::actor_cast<caf::actor>(self);
  if (child == "topic") {
    auto path = "instances/" + plan.name;
    topic = self->spawn(atalaya::topic, path, env->log_backlog);
    self->send(root, atom::publish_v, path, topic);
    for (const auto& [called, x] : databases)
      self->send(topic, atom::put_v, "databases/" + called, entity{x});
    for (const auto& [role, x] : containers)
      self->send(topic, atom::put_v, "containers/" + role, entity{x});
    for (const auto& [id, x] : backups)
      self->send(topic, atom::put_v, "backups/" + id, entity{x});
    tasks.init(self, env, root, topic);
    put_self();
    return caf::actor_cast<caf::actor>(topic);
  }
  if (child == "cluster")
    return env->follow_cluster(plan.postgres, listener);
  if (child == "backups")
    return env->follow_backups(plan.backups, listener);
  if (child.starts_with("backup ")) {
    auto x = backups.at(child.substr(child.find(' ') + 1));
    return caf::actor_cast<caf::actor>(
      self->spawn(backup_child, env, me, place_of(x)));
  }
  if (child.starts_with("container ")) {
    auto role = child == "container odoo" ? container_role::odoo
                                          : container_role::postgres;
    auto called = role == container_role::odoo ? plan.odoo_container
                                               : plan.postgres_container;
    return caf::actor_cast<caf::actor>(
      self->spawn(container_child, me, role, called));
  }
  return caf::actor_cast<caf::actor>(
    self->spawn(database_child, me, child.substr(child.find(' ') + 1)));
}

void instance_actor_state::on(const instance_plan& x) {
  auto old = std::exchange(plan, x);
  filter = compile(plan.database_filter);
  if (old.postgres != plan.postgres) {
    kids.drop("cluster");
    if (!plan.postgres.conninfos.empty())
      kids.keep("cluster");
    else
      on(catalog{false, plan.postgres.detail, "", {}});
  }
  if (old.backups != plan.backups) {
    kids.drop("backups");
    kids.keep("backups");
    list_backups();
  }
  std::erase_if(facts, [&](const auto& y) {
    return y.first != plan.odoo_container && y.first != plan.postgres_container;
  });
  tell_container("odoo");
  tell_container("postgres");
  keep_databases();
  look();
  put_self();
}

void instance_actor_state::on(const engine_status& x) {
  engine = x;
  tell<container_actor>(kids.find("container odoo"), x);
  tell<container_actor>(kids.find("container postgres"), x);
  put_self();
}

void instance_actor_state::on(const container_facts& x) {
  auto was_running = facts.contains(x.id) && facts[x.id].state == "running";
  facts[x.id] = x;
  if (x.id == plan.odoo_container)
    tell_container("odoo");
  if (x.id != plan.postgres_container)
    return;
  tell_container("postgres");
  if (!was_running && x.state == "running")
    tell<cluster_actor>(kids.find("cluster"), atom::reload_v);
}

void instance_actor_state::gone(const std::string& id) {
  if (facts.erase(id) == 0)
    return;
  if (id == plan.odoo_container)
    tell_container("odoo");
  if (id == plan.postgres_container)
    tell_container("postgres");
  put_self();
}

void instance_actor_state::tell_container(const std::string& role) {
  auto child = kids.find("container " + role);
  auto i = facts.find(container_id(role));
  if (i != facts.end())
    tell<container_actor>(child, i->second);
  else
    tell<container_actor>(child, atom::gone_v);
}

std::string instance_actor_state::container_id(const std::string& role) const {
  return role == "odoo" ? plan.odoo_container : plan.postgres_container;
}

void instance_actor_state::on(const catalog& x) {
  cluster.reachable = x.reachable;
  cluster.detail = x.detail;
  if (x.reachable)
    cluster = x;
  keep_databases();
  put_self();
}

bool instance_actor_state::shows(const catalog_row& x) const {
  const auto& names = plan.database_names;
  if (!names.empty() && std::ranges::find(names, x.name) == names.end())
    return false;
  return (x.listed || plan.show_foreign)
         && std::regex_search(x.name, filter,
                              std::regex_constants::match_continuous);
}

void instance_actor_state::keep_databases() {
  std::set<std::string> wanted;
  auto before = databases.size();
  for (const auto& row : cluster.databases) {
    if (!shows(row))
      continue;
    wanted.insert(row.name);
    kids.keep("database " + row.name);
    tell_database(row.name);
  }
  for (const auto& child : kids.names()) {
    if (!child.starts_with("database ")
        || wanted.contains(child.substr(child.find(' ') + 1)))
      continue;
    auto gone_name = child.substr(child.find(' ') + 1);
    kids.drop(child);
    databases.erase(gone_name);
    self->send(topic, atom::remove_v, "databases/" + gone_name);
  }
  if (wanted.size() != before)
    look();
}

void instance_actor_state::tell_database(const std::string& called) {
  auto child = kids.find("database " + called);
  auto row = std::ranges::find(cluster.databases, called, &catalog_row::name);
  if (row == cluster.databases.end())
    return;
  tell<database_actor>(child, atom::reachable_v, cluster.reachable);
  std::optional<uint64_t> bytes;
  if (auto i = files.filestores.find(called); i != files.filestores.end())
    bytes = i->second;
  tell<database_actor>(child, atom::filestore_v, bytes);
  tell<database_actor>(child, atom::backups_v, backup_sizes[called]);
  tell<database_actor>(child, atom::busy_v, tasks.busy(called));
  std::optional<std::string> series;
  if (auto odoo = facts.find(plan.odoo_container); odoo != facts.end())
    series = model::odoo_series_of(odoo->second);
  tell<database_actor>(child, atom::series_v, series);
  tell<database_actor>(child, *row);
}

void instance_actor_state::look() {
  look_again = looking;
  if (looking)
    return;
  looking = true;
  survey_request wish{plan.filestore, plan.backups, plan.postgres_data, {}};
  for (const auto& row : cluster.databases)
    if (shows(row))
      wish.databases.push_back(row.name);
  self->request(env->surveyor, look_timeout, std::move(wish))
    .then([this](const survey& x) { on(x); },
          [this](const caf::error&) { looking = false; });
}

void instance_actor_state::on(const survey& x) {
  looking = false;
  if (look_again)
    look();
  // Free space changes at every look, and concerns nobody but the instance.
  files.disks = x.disks;
  if (x != files) {
    files = x;
    for (const auto& row : cluster.databases)
      tell_database(row.name);
  }
  put_self();
}

void instance_actor_state::on(const database& x) {
  if (!kids.contains("database " + x.name))
    return;
  databases[x.name] = x;
  self->send(topic, atom::put_v, "databases/" + x.name, entity{x});
  put_self();
}

void instance_actor_state::on(const container& x) {
  auto role = to_string(x.role);
  containers[role] = x;
  self->send(topic, atom::put_v, "containers/" + role, entity{x});
  put_self();
}

void instance_actor_state::on(const operation& x) {
  tasks.on(x);
  if (auto child = kids.find("database " + x.target))
    tell<database_actor>(child, atom::busy_v, tasks.busy(x.target));
  if (!tasks.idle())
    return;
  for (auto& promise : std::exchange(stopped, {}))
    promise.deliver(caf::unit);
}

caf::result<caf::unit_t> instance_actor_state::stop() {
  stopping = true;
  if (tasks.idle())
    return caf::unit;
  tasks.cancel_all();
  stopped.push_back(self->make_response_promise<caf::unit_t>());
  return stopped.back();
}

void instance_actor_state::sample() {
  if (!listing)
    return; // the sizes of its backups are not known yet
  for (const auto& [called, x] : databases)
    if (x.state != database_state::unreachable)
      self->send(env->history, atom::record_v,
                 size_sample{now(), plan.name, called, x.sizes});
}

void instance_actor_state::put_self() {
  auto x = describe();
  self->send(topic, atom::put_v, "instance", entity{x});
  self->send(root, std::move(x));
}

void instance_actor_state::on_down(const caf::down_msg& msg) {
  auto died = [this](const operation& x) { on(x); };
  if (!tasks.on_down(msg, died))
    kids.on_down(msg);
}

void instance_actor_state::restart(const std::string& child) {
  kids.restart(child);
  if (child.starts_with("container ")) {
    tell<container_actor>(kids.find(child), engine);
    tell_container(child.substr(child.find(' ') + 1));
  } else if (child.starts_with("database ")) {
    tell_database(child.substr(child.find(' ') + 1));
  }
}

void instance_actor_state::end() {
  tasks.end();
  kids.end(caf::exit_reason::user_shutdown);
  self->quit(caf::exit_reason::user_shutdown);
}

instance_actor::behavior_type
instance_child(instance_actor::stateful_pointer<instance_actor_state> self,
               environment_ptr env, instance_plan plan, root_actor root) {
  auto st = &self->state;
  self->set_down_handler([st](const caf::down_msg& msg) { st->on_down(msg); });
  self->set_exit_handler([st](const caf::exit_msg&) { st->end(); });
  st->begin(std::move(env), std::move(plan), std::move(root));
  return {
    [st](const instance_plan& x) { st->on(x); },
    [st](const engine_status& x) { st->on(x); },
    [st](const container_facts& x) { st->on(x); },
    [st](atom::gone, const std::string& id) { st->gone(id); },
    [st](const catalog& x) { st->on(x); },
    [st](atom::reload) { st->list_backups(); },
    [st](const database& x) { st->on(x); },
    [st](const container& x) { st->on(x); },
    [st](const backup& x) { st->on(x); },
    [st](const operation& x) { st->on(x); },
    [st](const operation_request& x) { return st->start(x); },
    [st](atom::cancel, const std::string& id, const principal& who) {
      return st->tasks.cancel(id, who);
    },
    [st](atom::get, const std::string& id) { return st->find_backup(id); },
    [st](const std::string& id, const backup_change& x) {
      return st->change(id, x);
    },
    [st](atom::topic) { return st->topic; },
    [st](atom::busy) { return !st->tasks.idle(); },
    [st](atom::stop) { return st->stop(); },
    [st](atom::tick) {
      st->look();
      st->list_backups();
      st->self->delayed_send(st->self, look_interval, atom::tick_v);
    },
    [st](atom::samples) {
      st->sample();
      st->self->delayed_send(st->self, sample_interval, atom::samples_v);
    },
    [st](atom::restart, const std::string& child) { st->restart(child); },
  };
}

} // namespace atalaya
