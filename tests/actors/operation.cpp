#define CAF_SUITE operation

#include "actors/operation.hpp"

#include "actors/topic.hpp"
#include "tests/actors/fixture.hpp"

using namespace atalaya;
using namespace atalaya::test;
using namespace std::chrono_literals;

namespace {

struct operation_fixture : fixture {
  operation_fixture() {
    topic = sys.spawn(atalaya::topic, std::string{"operations/o1"}, size_t{9});
    to_end = {caf::actor_cast<caf::actor>(topic)};
    begin("o1");
  }

  operation_actor begin(const std::string& id) {
    operation_setup setup;
    setup.entity.id = id;
    setup.claims = {{"x", true}};
    aut = sys.spawn(operation_child, env, instance_actor{}, topic, setup);
    to_end.push_back(caf::actor_cast<caf::actor>(aut));
    consume_messages();
    return aut;
  }

  operation now_is() {
    return history.operations.at("o1");
  }

  topic_actor topic;
  operation_actor aut;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(operation_tests, operation_fixture)

CAF_TEST(it runs when it is granted what it claims) {
  CAF_REQUIRE_EQUAL(runs.size(), 1u);
  CAF_CHECK_EQUAL(now_is().state, operation_state::running);
  CAF_CHECK(now_is().started_at.has_value());
  begin("o2");
  CAF_CHECK_EQUAL(runs.size(), 1u);
  tell(runs[0].reports, outcome{});
  CAF_CHECK_EQUAL(runs.size(), 2u);
}

CAF_TEST(its outcome is final) {
  tell(aut, outcome{operation_state::failed, "disk full", std::nullopt});
  CAF_CHECK_EQUAL(now_is().state, operation_state::failed);
  CAF_CHECK_EQUAL(now_is().error.value_or(""), "disk full");
  tell(aut, progress{"late", 1, 2});
  tell(aut, atom::log_v, "late", true);
  tell(aut, outcome{operation_state::succeeded, std::nullopt, std::nullopt});
  pass(1s);
  auto shown = value_in(topic, "operation");
  CAF_CHECK(contains(shown, R"("state":"failed")"));
  CAF_CHECK(contains(shown, R"("phase":"")"));
  CAF_CHECK(contains(shown, R"("warnings":[])"));
}

CAF_TEST(progress is held back but the last word comes) {
  tell(aut, progress{"copying", 0, 10});
  tell(aut, progress{"copying", 1, 10});
  tell(aut, progress{"copying", 9, 10});
  CAF_CHECK(contains(value_in(topic, "operation"), R"("done":0,)"));
  pass(100ms);
  CAF_CHECK(contains(value_in(topic, "operation"), R"("done":9,)"));
}

CAF_TEST(a running one is asked to stop and says when it has) {
  auto answer = get<operation>(aut, atom::cancel_v);
  CAF_CHECK(*runs[0].cancelled);
  CAF_CHECK_EQUAL(answer.state, operation_state::running);
  tell(aut, outcome{operation_state::cancelled, std::nullopt, std::nullopt});
  CAF_CHECK_EQUAL(now_is().state, operation_state::cancelled);
  auto again = ask<operation>(aut, atom::cancel_v);
  CAF_CHECK_EQUAL(code_of(again.error()), errc::conflict);
}

CAF_TEST(one that waits says for whom and is cancelled at once) {
  auto waiting = begin("o2");
  CAF_CHECK_EQUAL(get<operation>(waiting, atom::cancel_v).state,
                  operation_state::cancelled);
  CAF_CHECK_EQUAL(history.operations["o2"].state, operation_state::cancelled);
  tell(aut, outcome{});
  CAF_CHECK_EQUAL(runs.size(), 1u);
}

CAF_TEST(its lines are logged and kept and warnings are counted too) {
  tell(aut, atom::log_v, "one", false);
  tell(aut, atom::log_v, "two", true);
  CAF_CHECK_EQUAL(history.logs["o1"].size(), 2u);
  CAF_CHECK(contains(value_in(topic, "operation"), R"("warnings":["two"])"));
}

CAF_TEST_FIXTURE_SCOPE_END()
