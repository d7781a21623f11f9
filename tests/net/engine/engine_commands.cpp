#define CAF_SUITE engine_commands

#include "net/engine/client.hpp"

#include <algorithm>
#include <thread>

#include "failure.hpp"
#include "net/engine/archive.hpp"
#include "net/engine/blocking.hpp"
#include "real_engine.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::net;
using namespace std::chrono_literals;

namespace {

struct fixture {
  engine_client engine{engine_of("ATALAYA_TEST_ENGINE")};

  container_facts inspect(const throwaway& x) {
    return run_blocking(engine.inspect(x.id()));
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(engine_command_tests, fixture)

CAF_TEST(a ping says who answers and which version is spoken) {
  auto who = run_blocking(engine.ping());
  CAF_CHECK(who.api >= (api_version{1, 41}));
  CAF_CHECK(who.product.starts_with(who.podman ? "Podman " : "Docker "));
}

CAF_TEST(a container that was only created is listed and has not begun) {
  throwaway box{
    engine,
    {.labels = R"({"a.b":"c"})", .environment = R"(["EMPTY=","X=a=b"])"}};
  auto ids = run_blocking(engine.list());
  CAF_CHECK_EQUAL(std::ranges::count(ids, box.id()), 1);
  auto facts = inspect(box);
  CAF_CHECK_EQUAL(facts.id, box.id());
  CAF_CHECK_EQUAL(facts.name, box.name());
  CAF_CHECK_EQUAL(facts.state, "created");
  CAF_CHECK(facts.image.ends_with("atalaya/debian:bookworm"));
  CAF_CHECK(facts.image_id.starts_with("sha256:"));
  CAF_CHECK(!facts.started_at);
  CAF_CHECK(!facts.exit_code);
  CAF_CHECK(!facts.health);
  CAF_CHECK_EQUAL(facts.labels["a.b"], "c");
  CAF_CHECK_EQUAL(facts.environment["X"], "a=b");
  CAF_CHECK_EQUAL(facts.environment.count("EMPTY"), 1u);
  CAF_CHECK_EQUAL(facts.command, (std::vector<std::string>{"sleep", "3600"}));
}

CAF_TEST(start and stop answer at once whether or not there is work to do) {
  own_network network{engine};
  throwaway box{engine, {.network = network.name()}};
  auto began = std::chrono::steady_clock::now();
  box.start();
  box.start();
  auto running = inspect(box);
  CAF_CHECK_EQUAL(running.state, "running");
  CAF_CHECK(running.started_at.has_value());
  CAF_CHECK(!running.exit_code);
  CAF_REQUIRE(!running.networks.empty());
  CAF_CHECK(!running.networks.front().ip.empty());
  box.stop();
  box.stop();
  auto stopped = inspect(box);
  CAF_CHECK_EQUAL(stopped.state, "exited");
  CAF_CHECK_EQUAL(stopped.exit_code, std::optional<int32_t>{137});
  CAF_CHECK(std::chrono::steady_clock::now() - began < 10s);
}

CAF_TEST(restart gives a container a new beginning) {
  throwaway box{engine, {}};
  box.start();
  auto before = inspect(box);
  run_blocking(engine.restart(box.id(), 0s));
  auto after = inspect(box);
  CAF_CHECK_EQUAL(after.state, "running");
  CAF_CHECK(after.started_at > before.started_at);
}

CAF_TEST(an error has the words of the engine) {
  auto e = failure_of([&] { run_blocking(engine.inspect("atalaya-none")); });
  CAF_REQUIRE(e.has_value());
  CAF_CHECK_EQUAL(e->status(), 404);
  CAF_CHECK(std::string{e->what()}.find("container") != std::string::npos);
}

CAF_TEST(a command that is not there leaves its error in the facts) {
  throwaway box{engine, {.command = {"/no/such/program"}}};
  CAF_CHECK(failure_of([&] { box.start(); }).has_value());
  auto facts = inspect(box);
  CAF_CHECK_EQUAL(facts.state, "created");
  // Podman forgets it.
  auto podman = run_blocking(engine.identity()).podman;
  CAF_CHECK(podman
            || facts.detail.value_or("").find("/no/such/program")
                 != std::string::npos);
}

CAF_TEST(a file is read from a running and from a stopped container) {
  throwaway box{engine,
                {.command = {"sh", "-c",
                             "printf abc >/t; ln -s t /u;"
                             "sleep 3600"}}};
  box.start();
  auto file = [&](const char* path, size_t limit = 100) {
    return run_blocking(read_file(engine, box.id(), path, limit));
  };
  for (int i = 0; i < 100 && !file("/u"); ++i)
    std::this_thread::sleep_for(50ms);
  CAF_CHECK_EQUAL(file("/t"), std::optional<std::string>{"abc"});
  CAF_CHECK_EQUAL(file("/u"), std::optional<std::string>{"abc"});
  CAF_CHECK(!file("/none"));
  CAF_CHECK(!file("/etc"));
  CAF_CHECK(failure_of([&] { file("/t", 2); }).has_value());
  box.stop();
  CAF_CHECK_EQUAL(file("/u"), std::optional<std::string>{"abc"});
}

CAF_TEST_FIXTURE_SCOPE_END()
