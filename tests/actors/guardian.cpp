#define CAF_SUITE guardian

#include "actors/guardian.hpp"

#include "tests/actors/fixture.hpp"

using namespace atalaya;
using namespace atalaya::test;

namespace {

struct guardian_fixture : fixture {
  guardian_fixture() {
    for (const auto* name : {"claims", "history"})
      pillars.push_back({name, sys.spawn(idle)});
    uut = guard(sys, pillars,
                [this](std::string x) { fallen.push_back(std::move(x)); });
    consume_messages();
    for (const auto& x : pillars)
      to_end.push_back(x.handle);
    to_end.push_back(uut);
  }

  void end(size_t which, caf::exit_reason why) {
    self->send_exit(pillars[which].handle, why);
    consume_messages();
  }

  std::vector<pillar> pillars;
  std::vector<std::string> fallen;
  caf::actor uut;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(guardian_tests, guardian_fixture)

CAF_TEST(the first pillar that falls is told with its name and why) {
  end(1, caf::exit_reason::unhandled_exception);
  CAF_REQUIRE_EQUAL(fallen.size(), 1u);
  CAF_CHECK(contains(fallen[0], "history has ended: "));
  CAF_CHECK(contains(fallen[0], "unhandled_exception"));
  end(0, caf::exit_reason::kill);
  CAF_CHECK_EQUAL(fallen.size(), 1u);
}

CAF_TEST(pillars that are asked to end are no accident) {
  end(0, caf::exit_reason::user_shutdown);
  CAF_CHECK(fallen.empty());
  end(1, caf::exit_reason::kill);
  CAF_CHECK_EQUAL(fallen.size(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
