#define CAF_SUITE engine_actor_stack

#include "net/engine/actor.hpp"

#include <algorithm>

#include "real_engine.hpp"
#include "watching.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::net;
using namespace std::chrono_literals;

namespace {

struct fixture {
  engine_client engine{engine_of("ATALAYA_TEST_ENGINE")};
  watching who;

  /// What is told up to the end of the first list.
  std::string begin() {
    who.begin(engine.where());
    return who.told(10s, "] ");
  }

  /// Whether it is told within a second that a container is in `state`.
  bool tells(const throwaway& box, const std::string& state) {
    auto words = box.id() + "=" + state + " ";
    return who.told(1s, words).ends_with(words);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(engine_actor_stack_tests, fixture)

CAF_TEST(the first list has every container) {
  throwaway box{engine, {}};
  auto words = begin();
  CAF_CHECK(words.starts_with("up ["));
  CAF_CHECK(words.find(box.id() + "=created ") != std::string::npos);
}

CAF_TEST(what happens to a container is told within a second) {
  begin();
  throwaway box{engine, {}};
  CAF_CHECK(tells(box, "created"));
  box.start();
  CAF_CHECK(tells(box, "running"));
  box.stop();
  CAF_CHECK(tells(box, "exited"));
  box.remove();
  CAF_CHECK(who.told(1s, "-" + box.id() + " ").ends_with("-" + box.id() + " "));
}

CAF_TEST(a container that looks like Odoo comes with its configuration) {
  throwaway box{engine,
                {.labels = R"({"atalaya.role":"odoo"})",
                 .environment = R"(["ODOO_RC=/etc/debian_version"])"}};
  begin();
  caf::scoped_actor self{who.system()};
  caf::anon_send(who.actor(), atom::watch_v, caf::actor{self});
  std::optional<std::string> conf;
  self->receive([](const engine_status&) {}, caf::after(1s) >> [] {});
  self->receive(
    [&](const container_list& xs) {
      auto x = std::ranges::find(xs.containers, box.id(), &container_facts::id);
      CAF_REQUIRE(x != xs.containers.end());
      conf = x->odoo_conf;
    },
    caf::after(1s) >> [] { CAF_FAIL("no list"); });
  CAF_REQUIRE(conf.has_value());
  CAF_CHECK(conf->starts_with("12"));
}

CAF_TEST_FIXTURE_SCOPE_END()
