#define CAF_SUITE root

#include "actors/root.hpp"

#include "tests/actors/fixture.hpp"

using namespace atalaya;
using namespace atalaya::test;
using namespace std::chrono_literals;

namespace {

container_facts odoo(const std::string& id, const std::string& name) {
  container_facts x;
  x.id = id;
  x.name = name;
  x.image = "odoo:19";
  x.state = "running";
  return x;
}

struct root_fixture : fixture {
  root_fixture() {
    aut = sys.spawn(atalaya::root, env);
    to_end = {caf::actor_cast<caf::actor>(aut)};
    tell(aut, engine_status{true, "Docker"});
  }

  std::string names() {
    std::string result;
    auto all = get<std::vector<instance>>(aut, atom::instances_v);
    for (const auto& x : all)
      result += x.name + " ";
    return result;
  }

  topic_actor topic(const std::string& path) {
    return get<topic_actor>(aut, atom::topic_v, path);
  }

  root_actor aut;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(root_tests, root_fixture)

CAF_TEST(instances are found and come and go with their containers) {
  tell(aut, container_list{{odoo("1", "a"), odoo("2", "b")}});
  CAF_CHECK_EQUAL(names(), "a b ");
  CAF_CHECK(
    contains(value_in(topic("instances"), "instances/a"), R"("name":"a")"));
  tell(aut, odoo("3", "c"));
  CAF_CHECK_EQUAL(names(), "a b c ");
  tell(aut, atom::gone_v, "2");
  pass(9s);
  CAF_CHECK_EQUAL(names(), "a b c ");
  pass(1s);
  CAF_CHECK_EQUAL(names(), "a c ");
  CAF_CHECK_EQUAL(value_in(topic("instances"), "instances/b"), "");
  auto lost = ask<topic_actor>(aut, atom::topic_v, "instances/b");
  CAF_CHECK_EQUAL(code_of(lost.error()), errc::not_found);
}

CAF_TEST(a container that is recreated keeps its instance) {
  tell(aut, container_list{{odoo("1", "a")}});
  auto before = get<instance_actor>(aut, atom::instance_v, "a");
  tell(aut, atom::gone_v, "1");
  pass(5s);
  tell(aut, odoo("2", "a"));
  pass(1min);
  CAF_CHECK_EQUAL(names(), "a ");
  CAF_CHECK_EQUAL(get<instance_actor>(aut, atom::instance_v, "a"), before);
  CAF_CHECK(
    contains(value_in(topic("instances/a"), "containers/odoo"), R"("id":"2")"));
}

CAF_TEST(time away counts from the last time that it went) {
  tell(aut, container_list{{odoo("1", "a")}});
  tell(aut, atom::gone_v, "1");
  pass(3s);
  tell(aut, odoo("2", "a"));
  pass(6s);
  tell(aut, atom::gone_v, "2");
  pass(9s);
  CAF_CHECK_EQUAL(names(), "a ");
  pass(30s);
  CAF_CHECK_EQUAL(names(), "");
}

CAF_TEST(an instance is not forgotten while something runs in it) {
  tell(aut, container_list{{odoo("1", "a")}});
  auto instance = get<instance_actor>(aut, atom::instance_v, "a");
  ask<operation>(instance,
                 power_request(operation_kind::restart, "odoo", "ana"));
  CAF_REQUIRE_EQUAL(runs.size(), 1u);
  tell(aut, atom::gone_v, "1");
  pass(1min);
  CAF_CHECK_EQUAL(names(), "a ");
  tell(runs[0].reports, outcome{});
  pass(1min);
  CAF_CHECK_EQUAL(names(), "");
}

CAF_TEST(an engine that is away forgets no instance) {
  tell(aut, container_list{{odoo("1", "a")}});
  tell(aut, engine_status{false, "gone"});
  pass(1min);
  CAF_CHECK_EQUAL(names(), "a ");
  CAF_CHECK(contains(value_in(topic("instances"), "instances/a"),
                     R"("engine_unreachable")"));
}

CAF_TEST(an instance that dies is back and told everything) {
  tell(aut, container_list{{odoo("1", "a"), odoo("2", "b")}});
  auto before = get<instance_actor>(aut, atom::instance_v, "a");
  self->send_exit(before, caf::exit_reason::kill);
  consume_messages();
  auto missing = ask<instance_actor>(aut, atom::instance_v, "a");
  CAF_CHECK_EQUAL(code_of(missing.error()), errc::unavailable);
  pass(100ms);
  CAF_CHECK(ask<instance_actor>(aut, atom::instance_v, "a"));
  CAF_CHECK(contains(value_in(topic("instances/a"), "containers/odoo"),
                     R"("state":"running")"));
}

CAF_TEST(operations of an earlier run can still be read) {
  operation old;
  old.id = "o1";
  old.state = operation_state::interrupted;
  history.operations["o1"] = old;
  history.logs["o1"] = {{timestamp{}, "a line"}};
  std::vector<std::string> heard;
  auto client = sys.spawn(listen, &heard);
  to_end.push_back(client);
  tell(topic("operations/o1"), atom::subscribe_v, subscription{}, client);
  CAF_REQUIRE_EQUAL(heard.size(), 2u);
  CAF_CHECK(contains(heard[0], R"("state":"interrupted")"));
  CAF_CHECK(contains(heard[1], R"("text":"a line")"));
  CAF_CHECK_EQUAL(topic("operations/o1"), topic("operations/o1"));
  auto lost = ask<topic_actor>(aut, atom::topic_v, "operations/none");
  CAF_CHECK_EQUAL(code_of(lost.error()), errc::not_found);
}

CAF_TEST(only so many topics of earlier operations are kept) {
  for (size_t i = 0; i <= root_state::revived_kept; ++i) {
    operation old;
    old.id = std::to_string(i);
    history.operations[old.id] = old;
  }
  auto first = topic("operations/0");
  self->monitor(first);
  for (size_t i = 1; i <= root_state::revived_kept; ++i)
    topic("operations/" + std::to_string(i));
  auto ended = false;
  self->receive([&](const caf::down_msg& x) { ended = x.source == first; },
                caf::after(0s) >> [] {});
  CAF_CHECK(ended);
}

CAF_TEST(it stops when all its instances have) {
  tell(aut, container_list{{odoo("1", "a"), odoo("2", "b")}});
  auto answered = false;
  auto reply = self->request(caf::actor_cast<caf::actor>(aut), caf::infinite,
                             atom::stop_v);
  consume_messages();
  reply.receive([&] { answered = true; }, [](const caf::error&) {});
  CAF_CHECK(answered);
}

CAF_TEST_FIXTURE_SCOPE_END()
