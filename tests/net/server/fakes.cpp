#include "fakes.hpp"

#include "actors/events.hpp"
#include "actors/reflect/write_json.hpp"

namespace atalaya::test {

namespace {

timestamp moment(int seconds) {
  return timestamp{std::chrono::seconds{1'700'000'000 + seconds}};
}

backup a_backup(std::string id, std::string database, int at) {
  backup result;
  result.id = std::move(id);
  result.database = std::move(database);
  result.created_at = moment(at);
  return result;
}

database a_database(std::string name) {
  database result;
  result.name = std::move(name);
  return result;
}

template <class Event>
frame_ptr event(enum frame::kind kind, const Event& x, std::string key = {},
                uint32_t lines = 0) {
  frame result;
  result.kind = kind;
  result.topic = x.topic;
  result.key = std::move(key);
  result.lines = lines;
  result.json = to_json(x);
  return std::make_shared<const frame>(std::move(result));
}

using topic_pointer = topic_actor::stateful_pointer<topic_state>;

void send_snapshot(topic_pointer self, world& w, const std::string& name,
                   const caf::actor& to) {
  snapshot whole{name, "k3f9", self->state.seq, {}, false};
  w.locked([&](world& x) { whole.entities = x.entities; });
  caf::anon_send(to, event(frame::kind::control, whole));
}

} // namespace

world_ptr make_world() {
  auto w = std::make_shared<world>();
  for (auto role : {role::viewer, role::operator_, role::admin}) {
    auto name = to_string(role);
    w->cookies[name] = principal{name, role, "sign-in-" + name};
    w->tokens[name] = principal{name, role, "token-" + name};
  }
  instance main;
  main.name = "main";
  w->entities["instance"] = main;
  w->entities["databases/prod"] = a_database("prod");
  w->entities["databases/a b"] = a_database("a b");
  w->entities["containers/odoo"] = container{};
  w->entities["backups/1"] = a_backup("1", "prod", 1);
  w->entities["backups/2"] = a_backup("2", "prod", 3);
  w->entities["backups/3"] = a_backup("3", "say \"hi\"", 2);
  w->entities["operations/x"] = an_operation("x", operation_state::running);
  return w;
}

operation an_operation(std::string id, operation_state state) {
  operation result;
  result.id = std::move(id);
  result.instance = "main";
  result.target = "odoo";
  result.requested_by = "operator";
  result.state = state;
  result.queued_at = moment(0);
  return result;
}

accounts_actor::behavior_type accounts(accounts_actor::pointer, world_ptr w) {
  return {
    [=](atom::login, const std::string& user, const std::string& password,
        const std::string& address) -> caf::result<sign_in> {
      w->locked(
        [&](world& x) { x.log_ins.push_back(user + " from " + address); });
      if (password == "slowly")
        return failure(errc::too_many_requests, "17 seconds to wait");
      if (password != "right")
        return failure(errc::unauthenticated, "wrong user or password");
      principal who{user, role::admin, "s1"};
      w->locked([&](world& x) { x.cookies["fresh"] = who; });
      return sign_in{who, "fresh"};
    },
    [=](atom::check, const std::string& secret,
        bool bearer) -> caf::result<principal> {
      std::lock_guard guard{w->mutex};
      auto& known = bearer ? w->tokens : w->cookies;
      auto i = known.find(secret);
      if (i == known.end())
        return failure(errc::unauthenticated, "sign in again");
      return i->second;
    },
    [=](atom::logout, const std::string& secret) -> caf::result<caf::unit_t> {
      w->locked([&](world& x) { x.cookies.erase(secret); });
      return caf::unit;
    },
    [=](atom::watch, const principal&, const caf::actor& socket) {
      w->locked([&](world& x) { x.sockets.push_back(socket); });
    },
    [](atom::reload) {},
  };
}

history_actor::behavior_type history(history_actor::pointer, world_ptr w) {
  return {
    [](atom::record, const operation&) {},
    [](atom::log, const std::string&, const std::vector<log_entry>&) {},
    [](atom::record, const size_sample&) {},
    [=](atom::record, const audit_entry& x) {
      w->locked([&](world& y) { y.audit.push_back(x); });
    },
    [](atom::recover) { return std::vector<operation>{}; },
    [](const operation_query& x) {
      std::vector<operation> result{
        an_operation("op2", x.state.value_or(operation_state::running)),
        an_operation("op1", operation_state::succeeded)};
      result.resize(std::min<size_t>(result.size(), x.limit));
      return result;
    },
    [](atom::get, const std::string& id) -> caf::result<operation_record> {
      if (id != "op1")
        return failure(errc::not_found, "there is no operation " + id);
      return operation_record{an_operation(id, operation_state::running),
                              {{moment(1), "pulled the rope"}}};
    },
    [](atom::samples, const std::string& instance, const std::string& name,
       uint32_t days) {
      size_sample x{moment(0), instance, name, {}};
      x.sizes.database = days;
      x.sizes.backups = 7;
      return std::vector<size_sample>{x};
    },
    [=](atom::audit, uint32_t) {
      return w->locked([](world& x) { return x.audit; });
    },
  };
}

instance_actor::behavior_type
instance_fake(instance_actor::pointer, world_ptr w, topic_actor topic) {
  return {
    [](const instance_plan&) {},
    [](const engine_status&) {},
    [](const container_facts&) {},
    [](atom::gone, const std::string&) {},
    [](const catalog&) {},
    [](atom::reload) {},
    [](const database&) {},
    [](const container&) {},
    [](const backup&) {},
    [](const operation&) {},
    [=](const operation_request& x) -> caf::result<operation> {
      w->locked([&](world& y) { y.requests.push_back(x); });
      auto result = an_operation("op 7", operation_state::queued);
      result.kind = x.kind;
      return result;
    },
    [](atom::cancel, const std::string& id,
       const principal& who) -> caf::result<operation> {
      if (who.role != role::admin && who.user != "operator")
        return failure(errc::forbidden, "not yours");
      return an_operation(id, operation_state::cancelled);
    },
    [=](atom::get, const std::string& id) -> caf::result<backup_place> {
      auto found = w->locked([&](world& y) { return y.backup; });
      if (found.backup.id != id)
        return failure(errc::not_found, "there is no backup " + id);
      return found;
    },
    [=](const std::string& id, const backup_change& x) -> caf::result<backup> {
      auto result = w->locked([&](world& y) { return y.backup.backup; });
      if (result.id != id)
        return failure(errc::not_found, "there is no backup " + id);
      result.note = x.note.value_or(result.note);
      result.pinned = x.pinned.value_or(result.pinned);
      return result;
    },
    [=](atom::topic) { return topic; },
    [](atom::busy) { return false; },
    [](atom::stop) -> caf::result<caf::unit_t> { return caf::unit; },
    [](atom::tick) {},
    [](atom::samples) {},
    [](atom::restart, const std::string&) {},
  };
}

root_actor::behavior_type
root(root_actor::pointer, world_ptr w, instance_actor main, topic_actor topic) {
  return {
    [](const engine_status&) {},
    [](const container_list&) {},
    [](const container_facts&) {},
    [](atom::gone, const std::string&) {},
    [=](atom::instances) {
      return w->locked([](world& x) {
        return std::vector<instance>{
          std::get<instance>(x.entities.at("instance"))};
      });
    },
    [](const instance&) {},
    [=](atom::instance,
        const std::string& name) -> caf::result<instance_actor> {
      if (name != "main")
        return failure(errc::not_found, "there is no instance " + name);
      return main;
    },
    [=](atom::topic, const std::string& name) -> caf::result<topic_actor> {
      if (!name.starts_with("instances/main"))
        return failure(errc::not_found, "there is no topic " + name);
      return topic;
    },
    [](atom::publish, const std::string&, const topic_actor&) {},
    [](atom::stop) -> caf::result<caf::unit_t> { return caf::unit; },
    [](atom::leave, const std::string&) {},
    [](atom::restart, const std::string&) {},
  };
}

topic_actor::behavior_type topic(topic_pointer self, world_ptr w) {
  auto all = [self](auto make) {
    for (auto& [to, name] : self->state.subscribers)
      caf::anon_send(to, make(name));
  };
  return {
    [=](atom::put, const std::string& key, const entity& value) {
      auto seq = ++self->state.seq;
      all([&](auto& name) {
        return event(frame::kind::state, put{name, seq, key, value}, key);
      });
    },
    [=](atom::remove, const std::string& key) {
      auto seq = ++self->state.seq;
      all([&](auto& name) {
        return event(frame::kind::state, removal{name, seq, key}, key);
      });
    },
    [=](atom::log, const std::vector<log_entry>& lines) {
      all([&](auto& name) {
        log_lines x{name, {}};
        for (auto& line : lines)
          x.lines.push_back({++self->state.seq, line.at, "stdout", line.text});
        return event(frame::kind::log, x, "",
                     static_cast<uint32_t>(lines.size()));
      });
    },
    [=](atom::subscribe, const subscription& x, const caf::actor& to) {
      self->state.subscribers[to] = x.topic;
      send_snapshot(self, *w, x.topic, to);
      w->locked([&](world& y) {
        y.subscribers = static_cast<int>(self->state.subscribers.size());
      });
    },
    [=](atom::leave, const caf::actor& who) {
      self->state.subscribers.erase(who);
      w->locked([&](world& y) {
        y.subscribers = static_cast<int>(self->state.subscribers.size());
      });
    },
    [=](atom::get) {
      topic_view view{"k3f9", self->state.seq, {}};
      w->locked([&](world& x) {
        for (auto& [key, value] : x.entities)
          view.entities[key] = to_json(value);
      });
      return view;
    },
  };
}

} // namespace atalaya::test
