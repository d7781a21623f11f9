#define CAF_SUITE claims

#include "actors/claims.hpp"

#include "tests/actors/fixture.hpp"

using namespace atalaya;
using namespace atalaya::test;

namespace {

/// Notes what it is told: "start", "wait a b".
operation_actor::behavior_type
note(operation_actor::pointer, std::string* told) {
  return {
    [=](atom::start) { *told += "start;"; },
    [=](atom::wait, const std::vector<std::string>& ids) {
      *told += "wait";
      for (const auto& id : ids)
        *told += " " + id;
      *told += ";";
    },
    [](atom::cancel) { return operation{}; },
    [](const progress&) {},
    [](atom::log, const std::string&, bool) {},
    [](const outcome&) {},
    [](atom::tick) {},
  };
}

struct claims_fixture : fixture {
  operation_actor add(const std::string& id, std::string* told) {
    auto result = sys.spawn(note, told);
    to_end.push_back(caf::actor_cast<caf::actor>(result));
    tell(env->claims, claim_request{id, "main", {{"x", true}}, true}, result);
    return result;
  }

  std::string first, second;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(claims_tests, claims_fixture)

CAF_TEST(operations are told to begin and whom they wait for) {
  add("a", &first);
  add("b", &second);
  CAF_CHECK_EQUAL(first, "start;");
  CAF_CHECK_EQUAL(second, "wait a;");
  tell(env->claims, atom::release_v, "a");
  CAF_CHECK_EQUAL(second, "wait a;start;");
}

CAF_TEST(
  one that dies while it runs gives nothing back until its function ends) {
  auto dying = add("a", &first);
  add("b", &second);
  self->send_exit(dying, caf::exit_reason::kill);
  consume_messages();
  CAF_CHECK_EQUAL(second, "wait a;");
  tell(env->claims, atom::release_v, "a");
  CAF_CHECK_EQUAL(second, "wait a;start;");
}

CAF_TEST(one that dies while it waits is not waited for) {
  std::string third;
  add("a", &first);
  auto dying = add("b", &second);
  add("c", &third);
  self->send_exit(dying, caf::exit_reason::kill);
  consume_messages();
  tell(env->claims, atom::release_v, "a");
  CAF_CHECK(contains(third, "start;"));
}

CAF_TEST_FIXTURE_SCOPE_END()
