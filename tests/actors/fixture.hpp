#pragma once

// A tree without the outside: what main.cpp would hand in is recorded here.
// Time is virtual and one message is handled at a time.

#include <map>
#include <string>
#include <vector>

#include "actors/claims.hpp"
#include "actors/environment.hpp"
#include "actors/operation.hpp"

#include <caf/test/dsl.hpp>

namespace atalaya::test {

struct config : caf::actor_system_config {
  config() {
    add_message_types<caf::id_block::atalaya>();
    add_message_types<caf::id_block::atalaya_handles>();
  }
};

/// What a history would hold.
struct memory {
  std::map<std::string, operation> operations;
  std::map<std::string, std::vector<log_entry>> logs;
  std::vector<size_sample> samples;
};

inline history_actor::behavior_type
remember(history_actor::pointer, memory* to) {
  return {
    [=](atom::record, const operation& x) { to->operations[x.id] = x; },
    [=](atom::log, const std::string& id, const std::vector<log_entry>& xs) {
      auto& log = to->logs[id];
      log.insert(log.end(), xs.begin(), xs.end());
    },
    [=](atom::record, const size_sample& x) { to->samples.push_back(x); },
    [](atom::record, const audit_entry&) {},
    [](atom::recover) { return std::vector<operation>{}; },
    [=](const operation_query& q) {
      std::vector<operation> result;
      for (const auto& [id, x] : to->operations)
        if (!q.instance || x.instance == *q.instance)
          result.push_back(x);
      return result;
    },
    [=](atom::get, const std::string& id) -> caf::result<operation_record> {
      auto i = to->operations.find(id);
      if (i == to->operations.end())
        return failure(errc::not_found, "no operation " + id);
      return operation_record{i->second, to->logs[id]};
    },
    [](atom::samples, const std::string&, const std::string&, uint32_t) {
      return std::vector<size_sample>{};
    },
    [](atom::audit, uint32_t) { return std::vector<audit_entry>{}; },
  };
}

/// Answers every request with `*found`.
inline surveyor_actor::behavior_type
look(surveyor_actor::pointer, survey* found, backup_listing* listing) {
  return {
    [=](const survey_request&) { return *found; },
    [=](atom::backups, const std::string&) { return *listing; },
    [](backup_place to, const backup_change& x) {
      to.backup.note = x.note.value_or(to.backup.note);
      to.backup.pinned = x.pinned.value_or(to.backup.pinned);
      return to.backup;
    },
  };
}

/// Takes frames, and keeps their JSON.
inline caf::behavior
listen(caf::event_based_actor* self, std::vector<std::string>* to) {
  self->set_default_handler(caf::drop);
  return {[=](const frame_ptr& x) { to->push_back(x->json); }};
}

/// Does nothing until it is told to end.
inline caf::behavior idle(caf::event_based_actor* self) {
  return {
    [=](caf::close_atom) { self->quit(); },
    [](atom::reload) {},
  };
}

struct started {
  operation_request request;
  operation_actor reports;
  cancel_flag cancelled;
};

struct fixture : test_coordinator_fixture<config> {
  fixture() {
    auto made = std::make_shared<environment>();
    made->history = sys.spawn(remember, &history);
    made->surveyor = sys.spawn(look, &files, &listing);
    made->claims = sys.spawn(claims, size_t{2});
    made->follow_cluster = [this](const postgres_target& x, caf::actor) {
      followed.push_back(x);
      return clusters.emplace_back(sys.spawn(idle));
    };
    made->follow_backups = [this](const std::string&, caf::actor) {
      return followers.emplace_back(sys.spawn(idle));
    };
    made->run = [this](const job& x) {
      runs.push_back({x.request, x.reports, x.cancelled});
    };
    made->discovery.backups_root = "/backups";
    env = made;
  }

  ~fixture() override {
    for (const auto& x : to_end)
      self->send_exit(x, caf::exit_reason::user_shutdown);
    consume_messages();
    for (const auto* xs : {&clusters, &followers})
      for (const auto& x : *xs)
        self->send_exit(x, caf::exit_reason::user_shutdown);
    for (auto& x : runs)
      self->send_exit(x.reports, caf::exit_reason::user_shutdown);
    runs.clear();
    self->send_exit(env->history, caf::exit_reason::user_shutdown);
    self->send_exit(env->surveyor, caf::exit_reason::user_shutdown);
    self->send_exit(env->claims, caf::exit_reason::user_shutdown);
    env = nullptr;
    consume_messages();
  }

  /// The answer to a request, or the error's sentence.
  template <class T, class Handle, class... Ts>
  caf::expected<T> ask(const Handle& to, Ts... xs) {
    auto reply = self->request(to, caf::infinite, std::move(xs)...);
    consume_messages();
    caf::expected<T> result{caf::sec::unexpected_message};
    reply.receive([&](T& x) { result = std::move(x); },
                  [&](caf::error& err) { result = std::move(err); });
    return result;
  }

  /// The answer to a request that does not fail.
  template <class T, class Handle, class... Ts>
  T get(const Handle& to, Ts... xs) {
    auto result = ask<T>(to, std::move(xs)...);
    CAF_REQUIRE(result);
    return std::move(*result);
  }

  /// JSON of `key` in a topic; empty: it has no such key.
  std::string value_in(const topic_actor& topic, const std::string& key) {
    auto view = get<topic_view>(topic, atom::get_v);
    auto i = view.entities.find(key);
    return i == view.entities.end() ? "" : i->second;
  }

  template <class Handle, class... Ts>
  void tell(const Handle& to, Ts... xs) {
    caf::anon_send(to, std::move(xs)...);
    consume_messages();
  }

  template <class Rep, class Period>
  void pass(std::chrono::duration<Rep, Period> time) {
    advance_time(std::chrono::duration_cast<caf::timespan>(time));
    consume_messages();
  }

  memory history;
  survey files;
  backup_listing listing;
  std::vector<postgres_target> followed;
  std::vector<caf::actor> clusters, followers;
  std::vector<started> runs;
  std::vector<caf::actor> to_end; ///< Actors of the test, ended first.
  environment_ptr env;
};

/// What people ask of a container.
inline operation_request
power_request(operation_kind kind, const std::string& target,
              const std::string& user, bool force = false,
              role as = role::operator_) {
  operation_request result;
  result.kind = kind;
  result.target = target;
  result.requested_by = user;
  result.role = as;
  result.force = force;
  return result;
}

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

} // namespace atalaya::test
