#define CAF_SUITE engine_loss

#include "net/engine/actor.hpp"

#include <csignal>

#include "own_dockerd.hpp"
#include "watching.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya::net;
using namespace std::chrono_literals;

namespace {

using clock = std::chrono::steady_clock;

struct fixture {
  own_dockerd engine;
  watching who;

  fixture() {
    engine.start();
    who.begin(engine.where(), {.ping = 500ms, .limits = {.ping = 1s}});
    CAF_CHECK_EQUAL(who.told(10s, "] "), "up [] ");
  }

  void goes_and_comes(int way) {
    auto began = clock::now();
    engine.signal(way);
    CAF_CHECK_EQUAL(who.told(5s, "down "), "down ");
    CAF_CHECK(clock::now() - began < 5s);
    engine.start();
    began = clock::now();
    CAF_CHECK_EQUAL(who.told(5s, "] "), "up [] ");
    CAF_CHECK(clock::now() - began < 3s);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(engine_loss_tests, fixture)

CAF_TEST(an engine that is killed is told and found when it is back) {
  goes_and_comes(SIGKILL);
}

CAF_TEST(an engine that is stopped is told and found when it is back) {
  goes_and_comes(SIGTERM);
}

CAF_TEST(an engine that hangs is told and found when it goes on) {
  engine.signal(SIGSTOP);
  CAF_CHECK_EQUAL(who.told(5s, "down "), "down ");
  engine.signal(SIGCONT);
  CAF_CHECK_EQUAL(who.told(5s, "] "), "up [] ");
}

CAF_TEST_FIXTURE_SCOPE_END()
