#define CAF_SUITE engine_actor_stack

#include "net/engine/actor.hpp"

#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "net/engine/blocking.hpp"
#include "real_engine.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::net;
using namespace std::chrono_literals;

namespace {

struct config : caf::actor_system_config {
  config() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", 2u);
  }
};

struct fixture {
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
    io.get_executor()};
  std::thread thread{[this] { io.run(); }};
  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  engine_client engine{engine_of("ATALAYA_TEST_ENGINE")};
  engine_actor aut = spawn_engine(sys, io.get_executor(), engine.where());

  ~fixture() {
    self->send_exit(aut, caf::exit_reason::user_shutdown);
    aut = nullptr;
    self->await_all_other_actors_done();
    work.reset();
    thread.join();
  }

  /// Watches, and returns what the first list says.
  container_list begin() {
    caf::anon_send(aut, atom::watch_v, caf::actor{self});
    engine_status status;
    container_list result;
    self->receive([&](const engine_status& x) { status = x; },
                  caf::after(10s) >> [] { CAF_FAIL("no status"); });
    CAF_CHECK(status.reachable);
    self->receive([&](const container_list& x) { result = x; },
                  caf::after(10s) >> [] { CAF_FAIL("no list"); });
    return result;
  }

  /// Waits until the container is in `state`; returns whether it came to it.
  bool comes_to(const std::string& id, const std::string& state) {
    bool result = false;
    for (bool more = true; more && !result;)
      self->receive(
        [&](const container_facts& x) {
          result = x.id == id && x.state == state;
        },
        [&](atom::gone, const std::string& x) {
          result = x == id && state == "gone";
        },
        [&](const container_list&) {}, [&](const engine_status&) {},
        caf::after(1s) >> [&] { more = false; });
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(engine_actor_stack_tests, fixture)

CAF_TEST(the first list has every container) {
  throwaway box{engine, {}};
  auto list = begin();
  auto ids = run_blocking(engine.list());
  CAF_CHECK(list.containers.size() >= 1);
  CAF_CHECK_EQUAL(
    std::ranges::count(list.containers, box.id(), &container_facts::id), 1);
}

CAF_TEST(what happens to a container is told within a second) {
  begin();
  throwaway box{engine, {}};
  CAF_CHECK(comes_to(box.id(), "created"));
  box.start();
  CAF_CHECK(comes_to(box.id(), "running"));
  box.stop();
  CAF_CHECK(comes_to(box.id(), "exited"));
  box.remove();
  CAF_CHECK(comes_to(box.id(), "gone"));
}

CAF_TEST(a container that looks like Odoo comes with its configuration) {
  begin();
  throwaway box{engine,
                {.command = {"sleep", "3600"},
                 .labels = R"({"atalaya.role":"odoo"})",
                 .environment = R"(["ODOO_RC=/etc/debian_version"])"}};
  std::optional<std::string> conf;
  for (int i = 0; i < 10 && !conf; ++i)
    self->receive([&](const container_facts& x) { conf = x.odoo_conf; },
                  [](const engine_status&) {}, [](const container_list&) {},
                  [](atom::gone, const std::string&) {},
                  caf::after(1s) >> [] { CAF_FAIL("nothing was told"); });
  CAF_REQUIRE(conf.has_value());
  CAF_CHECK(conf->starts_with("12"));
}

CAF_TEST_FIXTURE_SCOPE_END()
