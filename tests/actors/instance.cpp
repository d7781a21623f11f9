#define CAF_SUITE instance

#include "actors/instance.hpp"

#include "tests/actors/fixture.hpp"

using namespace atalaya;
using namespace atalaya::test;
using namespace std::chrono_literals;

namespace {

/// Takes what an instance tells its root.
root_actor::behavior_type
note(root_actor::pointer, std::vector<instance>* told) {
  return {
    [](const engine_status&) {},
    [](const container_list&) {},
    [](const container_facts&) {},
    [](atom::gone, const std::string&) {},
    [](atom::instances) { return std::vector<instance>{}; },
    [=](const instance& x) { told->push_back(x); },
    [](atom::instance, const std::string&) { return instance_actor{}; },
    [](atom::topic, const std::string&) { return topic_actor{}; },
    [](atom::publish, const std::string&, const topic_actor&) {},
    [](atom::stop) { return caf::unit; },
    [](atom::leave, const std::string&) {},
    [](atom::restart, const std::string&) {},
  };
}

container_facts running(const std::string& id) {
  container_facts x;
  x.id = id;
  x.name = id + "-name";
  x.state = "running";
  return x;
}

catalog_row row(const std::string& name, uint64_t size) {
  catalog_row x;
  x.name = name;
  x.size = size;
  x.base_version = "19.0.1.3";
  x.has_modules = true;
  return x;
}

backup file(const std::string& database, uint64_t size) {
  backup x;
  x.id = database + std::to_string(size);
  x.database = database;
  x.size = size;
  return x;
}

struct instance_fixture : fixture {
  instance_fixture() {
    root = sys.spawn(note, &told);
    plan.name = "main";
    plan.odoo_container = "o1";
    plan.postgres_container = "p1";
    plan.cluster = "p1";
    plan.postgres.conninfos = {"host=x"};
    plan.database_filter = ".*";
    files.filestores = {{"prod", 500}};
    aut = sys.spawn(instance_child, env, plan, root);
    to_end = {caf::actor_cast<caf::actor>(aut),
              caf::actor_cast<caf::actor>(root)};
    consume_messages();
    tell(aut, engine_status{true, "Docker"});
    tell(aut, running("o1"));
    tell(aut, running("p1"));
    topic = get<topic_actor>(aut, atom::topic_v);
  }

  void list(std::vector<catalog_row> rows) {
    tell(aut, catalog{true, "", "15.18", std::move(rows)});
  }

  std::string shown(const std::string& key) {
    return value_in(topic, key);
  }

  operation_request restart_odoo() {
    return power_request(operation_kind::restart, "odoo", "ana");
  }

  operation back_up(const std::string& user) {
    list({row("prod", 1)});
    return get<operation>(aut,
                          power_request(operation_kind::backup, "prod", user));
  }

  std::vector<instance> told;
  instance_plan plan;
  root_actor root;
  instance_actor aut;
  topic_actor topic;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(instance_tests, instance_fixture)

CAF_TEST(sizes of databases are joined and added up) {
  listing.backups = {file("prod", 7), file("gone", 3)};
  list({row("prod", 1000), row("test", 10)});
  pass(5s);
  CAF_CHECK(contains(shown("databases/prod"),
                     R"("sizes":{"database":1000,"filestore":500,)"
                     R"("backups":7,"total":1507})"));
  CAF_CHECK(contains(shown("databases/test"),
                     R"("sizes":{"database":10,"filestore":null,)"
                     R"("backups":0,"total":10})"));
  CAF_CHECK(contains(shown("instance"),
                     R"("sizes":{"database":1010,"filestore":500,)"
                     R"("backups":10,"total":1520})"));
  CAF_CHECK(contains(shown("instance"), R"("state":"ok")"));
  CAF_CHECK_EQUAL(told.back().sizes.total, 1520u);
}

CAF_TEST(free space is told as often as it is looked at) {
  for (auto free : {uint64_t{70}, uint64_t{60}}) {
    files.disks = {{disk_use::filestore, 100, free}};
    pass(5s);
    CAF_CHECK(contains(shown("instance"), R"({"for":"filestore","total":100,)"
                                          R"("free":)"
                                            + std::to_string(free)));
  }
}

CAF_TEST(databases come and go) {
  list({row("a", 1), row("b", 2)});
  CAF_CHECK(contains(shown("databases/a"), R"("state":"ready")"));
  list({row("b", 2)});
  CAF_CHECK_EQUAL(shown("databases/a"), "");
  CAF_CHECK(contains(shown("instance"), R"("database":2)"));
}

CAF_TEST(only what Odoo itself would list is shown) {
  auto foreign = row("foreign", 1);
  foreign.listed = false;
  plan.database_filter = "pr";
  tell(aut, plan);
  list({row("prod", 1), row("other", 1), row("xpr", 1), foreign});
  CAF_CHECK(!shown("databases/prod").empty());
  for (auto hidden : {"other", "xpr", "foreign"})
    CAF_CHECK_EQUAL(shown(std::string{"databases/"} + hidden), "");
  plan.database_filter = "(?P<python>only";
  plan.show_foreign = true;
  tell(aut, plan);
  CAF_CHECK(contains(shown("databases/foreign"), R"("state":"foreign")"));
  plan.database_names = {"other"};
  tell(aut, plan);
  CAF_CHECK_EQUAL(shown("databases/prod"), "");
  CAF_CHECK(!shown("databases/other").empty());
}

CAF_TEST(a database that Odoo has not finished is starting) {
  auto x = row("new", 1);
  x.base_version.reset();
  list({x});
  CAF_CHECK(contains(shown("databases/new"), R"("state":"starting")"));
  list({row("new", 1)});
  CAF_CHECK(contains(shown("databases/new"), R"("state":"ready")"));
}

CAF_TEST(a database of another series than the image is said) {
  auto odoo = running("o1");
  odoo.environment["ODOO_VERSION"] = "18.0";
  tell(aut, odoo);
  list({row("old", 1)});
  CAF_CHECK(contains(shown("databases/old"), R"("state":"other_version")"));
}

CAF_TEST(an image that says no version has that of its databases) {
  CAF_CHECK(contains(shown("instance"), R"("version":null)"));
  auto other = row("c", 1);
  other.base_version = "18.0.1.3";
  list({other, row("a", 1), row("b", 1)});
  CAF_CHECK(contains(shown("instance"), R"("version":"19.0")"));
}

CAF_TEST(PostgreSQL away and back) {
  list({row("a", 1)});
  tell(aut, catalog{false, "connection refused", "", {}});
  CAF_CHECK(contains(shown("instance"), R"("state":"postgres_unreachable",)"
                                        R"("detail":"connection refused")"));
  CAF_CHECK(contains(shown("databases/a"), R"("state":"unreachable")"));
  CAF_CHECK(contains(shown("databases/a"), R"("database":1)"));
  list({row("a", 2)});
  CAF_CHECK(contains(shown("databases/a"), R"("state":"ready")"));
  CAF_CHECK(contains(shown("instance"), R"("state":"ok")"));
}

CAF_TEST(the engine away and back) {
  tell(aut, engine_status{false, "no socket"});
  CAF_CHECK(contains(shown("instance"), R"("state":"engine_unreachable")"));
  CAF_CHECK(contains(shown("containers/odoo"), R"("state":"unreachable")"));
  auto refused = ask<operation>(aut, restart_odoo());
  CAF_CHECK_EQUAL(code_of(refused.error()), errc::unavailable);
  tell(aut, engine_status{true, ""});
  CAF_CHECK(contains(shown("containers/odoo"), R"("state":"running")"));
}

CAF_TEST(a container that is gone is missing) {
  tell(aut, atom::gone_v, "o1");
  CAF_CHECK(contains(shown("containers/odoo"), R"("state":"missing")"));
  CAF_CHECK(contains(shown("instance"), R"("state":"incomplete")"));
  auto refused = ask<operation>(aut, restart_odoo());
  CAF_CHECK_EQUAL(code_of(refused.error()), errc::not_found);
}

CAF_TEST(a database child that dies is back and nobody else notices) {
  list({row("a", 1), row("b", 2)});
  auto before = shown("databases/b");
  auto seq = get<topic_view>(topic, atom::get_v).seq;
  auto instance_ptr = caf::actor_cast<caf::abstract_actor*>(aut);
  auto& state
    = dynamic_cast<
        caf::stateful_actor<instance_actor_state, instance_actor::base>&>(
        *instance_ptr)
        .state;
  auto child = state.kids.find("database a");
  self->send_exit(child, caf::exit_reason::kill);
  consume_messages();
  CAF_CHECK(!state.kids.find("database a"));
  pass(100ms);
  CAF_CHECK(state.kids.find("database a")
            && state.kids.find("database a") != child);
  CAF_CHECK(contains(shown("databases/a"), R"("state":"ready")"));
  CAF_CHECK_EQUAL(shown("databases/b"), before);
  // The entity is what it was: nobody was sent anything.
  CAF_CHECK_EQUAL(get<topic_view>(topic, atom::get_v).seq, seq);
}

CAF_TEST(a restart is queued and run and shown to its end) {
  auto queued = get<operation>(aut, restart_odoo());
  CAF_CHECK_EQUAL(queued.state, operation_state::queued);
  auto key = "operations/" + queued.id;
  CAF_CHECK(contains(shown(key), R"("state":"running")"));
  CAF_REQUIRE_EQUAL(runs.size(), 1u);
  auto second = get<operation>(aut, restart_odoo());
  CAF_CHECK(contains(shown("operations/" + second.id),
                     R"("waits_for":[")" + queued.id + "\"]"));
  tell(runs[0].reports, outcome{});
  CAF_CHECK(contains(shown(key), R"("state":"succeeded")"));
  CAF_CHECK_EQUAL(runs.size(), 2u);
}

CAF_TEST(only an administrator cancels what somebody else began) {
  auto running = back_up("ana");
  principal bob{"bob", role::operator_, "s"};
  auto refused = ask<operation>(aut, atom::cancel_v, running.id, bob);
  CAF_CHECK_EQUAL(code_of(refused.error()), errc::forbidden);
  CAF_CHECK(!*runs[0].cancelled);
  principal ana{"ana", role::operator_, "s"};
  CAF_CHECK(ask<operation>(aut, atom::cancel_v, running.id, ana));
  CAF_CHECK(*runs[0].cancelled);
  auto unknown = ask<operation>(aut, atom::cancel_v, "nothing", ana);
  CAF_CHECK_EQUAL(code_of(unknown.error()), errc::not_found);
}

CAF_TEST(what the engine has begun is not cancelled and forced past) {
  auto running = get<operation>(aut, restart_odoo());
  principal ana{"ana", role::admin, "s"};
  auto refused = ask<operation>(aut, atom::cancel_v, running.id, ana);
  CAF_CHECK_EQUAL(code_of(refused.error()), errc::conflict);
  auto forced = get<operation>(
    aut, power_request(operation_kind::start, "odoo", "ana", true));
  CAF_CHECK(!*runs[0].cancelled);
  CAF_CHECK(contains(shown("operations/" + forced.id),
                     R"("waits_for":[")" + running.id));
}

CAF_TEST(force cancels what is in the way where that may be cancelled) {
  back_up("ana");
  auto restart = [&](const std::string& user, role as) {
    return ask<operation>(
      aut, power_request(operation_kind::restart, "odoo", user, true, as));
  };
  auto refused = restart("bob", role::operator_);
  CAF_CHECK_EQUAL(code_of(refused.error()), errc::forbidden);
  CAF_CHECK(!*runs[0].cancelled);
  CAF_CHECK(restart("ana", role::operator_));
  CAF_CHECK(*runs[0].cancelled);
  CAF_CHECK(restart("root", role::admin));
}

CAF_TEST(an operation whose actor dies has failed and is told to stop) {
  auto first = get<operation>(aut, restart_odoo());
  ask<operation>(aut, restart_odoo());
  self->send_exit(runs[0].reports, caf::exit_reason::kill);
  consume_messages();
  CAF_CHECK(contains(shown("operations/" + first.id), R"("state":"failed")"));
  CAF_CHECK(*runs[0].cancelled);
  // Its function still works on what it claims.
  CAF_CHECK_EQUAL(runs.size(), 1u);
  tell(env->claims, atom::release_v, first.id);
  CAF_CHECK_EQUAL(runs.size(), 2u);
}

CAF_TEST(a stop does not wait for an operation whose actor has died) {
  ask<operation>(aut, restart_odoo());
  auto stopped = self->request(caf::actor_cast<caf::actor>(aut), caf::infinite,
                               atom::stop_v);
  consume_messages();
  self->send_exit(runs[0].reports, caf::exit_reason::kill);
  consume_messages();
  auto answered = false;
  stopped.receive([&] { answered = true; }, [](const caf::error&) {});
  CAF_CHECK(answered);
}

CAF_TEST(an instance that dies cancels what runs) {
  auto first = get<operation>(aut, restart_odoo());
  auto second = get<operation>(aut, restart_odoo());
  self->send_exit(aut, caf::exit_reason::kill);
  consume_messages();
  CAF_CHECK(*runs[0].cancelled);
  CAF_CHECK_EQUAL(history.operations[second.id].state,
                  operation_state::cancelled);
  tell(runs[0].reports,
       outcome{operation_state::cancelled, std::nullopt, std::nullopt});
  CAF_CHECK_EQUAL(history.operations[first.id].state,
                  operation_state::cancelled);
}

CAF_TEST(no more than a hundred operations run or wait) {
  for (auto i = 0; i < 100; ++i)
    CAF_REQUIRE(ask<operation>(aut, restart_odoo()));
  auto refused = ask<operation>(aut, restart_odoo());
  CAF_CHECK_EQUAL(code_of(refused.error()), errc::too_many_requests);
}

CAF_TEST(backups come go and are changed) {
  auto id = [](const backup& x) { return "backups/" + x.id; };
  auto first = file("prod", 7);
  auto second = file("prod", 9);
  listing.backups = {first, second};
  listing.paths = {{first.id, "prod/a.zip"}, {second.id, "prod/b.zip"}};
  plan.backups = "/b";
  tell(aut, plan);
  CAF_CHECK(contains(shown(id(first)), R"("size":7)"));
  CAF_CHECK_EQUAL(get<backup_place>(aut, atom::get_v, second.id).path,
                  "/b/prod/b.zip");
  auto changed = get<backup>(aut, first.id,
                             backup_change{"a note", std::nullopt});
  CAF_CHECK_EQUAL(changed.note, "a note");
  CAF_CHECK(contains(shown(id(first)), R"("note":"a note")"));
  listing.backups = {second};
  tell(aut, atom::reload_v);
  CAF_CHECK_EQUAL(shown(id(first)), "");
  auto gone = ask<backup_place>(aut, atom::get_v, first.id);
  CAF_CHECK_EQUAL(code_of(gone.error()), errc::not_found);
}

CAF_TEST(what can not be backed up or deleted is refused) {
  auto pinned = file("prod", 7);
  pinned.pinned = true;
  listing.backups = {pinned};
  tell(aut, atom::reload_v);
  list({row("prod", 1)});
  auto code = [&](operation_kind kind, const std::string& target) {
    auto answer = ask<operation>(aut, power_request(kind, target, "ana"));
    return answer ? std::string{"accepted"}
                  : to_string(code_of(answer.error()));
  };
  using enum operation_kind;
  CAF_CHECK_EQUAL(code(operation_kind::backup, "prod"), "accepted");
  CAF_CHECK_EQUAL(code(operation_kind::backup, "none"), "not_found");
  CAF_CHECK_EQUAL(code(delete_backup, pinned.id), "conflict");
  CAF_CHECK_EQUAL(code(delete_backup, "none"), "not_found");
  CAF_CHECK_EQUAL(code(undo, "prod"), "unprocessable");
  tell(aut, catalog{false, "refused", "", {}});
  CAF_CHECK_EQUAL(code(operation_kind::backup, "prod"), "unavailable");
}

CAF_TEST(the last hundred that ended are kept) {
  std::string first;
  for (size_t i = 0; i <= work::kept; ++i) {
    auto x = get<operation>(aut, restart_odoo());
    if (first.empty())
      first = x.id;
    tell(runs.back().reports, outcome{});
  }
  CAF_CHECK_EQUAL(shown("operations/" + first), "");
  size_t count = 0;
  auto view = get<topic_view>(topic, atom::get_v);
  for (const auto& [key, x] : view.entities)
    count += key.starts_with("operations/");
  CAF_CHECK_EQUAL(count, work::kept);
}

CAF_TEST(it stops when what runs has ended and begins nothing new) {
  ask<operation>(aut, restart_odoo());
  auto answered = false;
  auto reply = self->request(caf::actor_cast<caf::actor>(aut), caf::infinite,
                             atom::stop_v);
  consume_messages();
  CAF_CHECK(*runs[0].cancelled);
  auto refused = ask<operation>(aut, restart_odoo());
  CAF_CHECK_EQUAL(code_of(refused.error()), errc::unavailable);
  tell(runs[0].reports,
       outcome{operation_state::cancelled, std::nullopt, std::nullopt});
  reply.receive([&] { answered = true; }, [](const caf::error&) {});
  CAF_CHECK(answered);
}

CAF_TEST(a topic that dies comes back with everything in it) {
  list({row("a", 1)});
  self->send_exit(topic, caf::exit_reason::kill);
  consume_messages();
  pass(100ms);
  topic = get<topic_actor>(aut, atom::topic_v);
  CAF_CHECK(!shown("databases/a").empty());
  CAF_CHECK(!shown("containers/odoo").empty());
  CAF_CHECK(!shown("instance").empty());
}

CAF_TEST(another way to PostgreSQL is followed at once) {
  CAF_CHECK_EQUAL(followed.size(), 1u);
  plan.postgres.conninfos = {"host=y"};
  tell(aut, plan);
  CAF_REQUIRE_EQUAL(followed.size(), 2u);
  CAF_CHECK_EQUAL(followed[1].conninfos.at(0), "host=y");
}

CAF_TEST(sizes are recorded every five minutes) {
  list({row("a", 1)});
  pass(5min);
  CAF_REQUIRE(!history.samples.empty());
  CAF_CHECK_EQUAL(history.samples.back().database, "a");
  CAF_CHECK_EQUAL(history.samples.back().sizes.total, 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
