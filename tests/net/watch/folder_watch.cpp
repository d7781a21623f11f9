#define CAF_SUITE folder_watch

#include "net/watch/folder_watch.hpp"

#include <fstream>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <unistd.h>

#include "actors/messages.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace std::chrono_literals;

namespace fs = std::filesystem;

namespace {

caf::actor_system_config& small(caf::actor_system_config& cfg) {
  cfg.set("scheduler.policy", caf::atom("sharing"));
  cfg.set("scheduler.max-threads", 2);
  return cfg;
}

struct fixture {
  fixture() : guard(io.get_executor()), sys(small(cfg)), self(sys) {
    std::string name = fs::temp_directory_path() / "atalaya-watch-XXXXXX";
    if (!mkdtemp(name.data()))
      CAF_FAIL("no temporary folder");
    folder = name;
    thread = std::thread{[this] { io.run(); }};
  }

  ~fixture() {
    caf::anon_send_exit(uut, caf::exit_reason::user_shutdown);
    uut = nullptr;
    guard.reset();
    thread.join();
    fs::remove_all(folder);
  }

  /// Returns once the watch stands.
  void watch(const fs::path& path, bool folders) {
    uut = net::spawn_watch(sys, io.get_executor(), {{path, folders}},
                           caf::actor_cast<caf::actor>(self));
    CAF_REQUIRE(told());
  }

  /// Whether a change is told within `patience`.
  bool told(std::chrono::milliseconds patience = 2s) {
    auto result = false;
    self->receive([&](atom::reload) { result = true; },
                  caf::after(patience) >> [] {});
    return result;
  }

  /// Whether nothing is told any more.
  bool quiet() {
    return !told(300ms);
  }

  static void write(const fs::path& path, const std::string& text = "x") {
    std::ofstream{path} << text;
  }

  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type>
    guard;
  std::thread thread;
  caf::actor_system_config cfg;
  caf::actor_system sys;
  caf::scoped_actor self;
  caf::actor uut;
  fs::path folder;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(folder_watch_tests, fixture)

CAF_TEST(files that come change and go in a folder one level down are told) {
  fs::create_directories(folder / "backups/prod");
  watch(folder / "backups", true);
  write(folder / "backups/prod/x.zip");
  CAF_CHECK(told());
  CAF_CHECK(quiet());
  write(folder / "backups/prod/x.zip", "more");
  CAF_CHECK(told());
  fs::rename(folder / "backups/prod/x.zip", folder / "backups/prod/y.zip");
  CAF_CHECK(told());
  fs::remove(folder / "backups/prod/y.zip");
  CAF_CHECK(told());
  CAF_CHECK(quiet());
}

CAF_TEST(a new folder is watched as soon as it is told) {
  fs::create_directories(folder / "backups");
  watch(folder / "backups", true);
  fs::create_directories(folder / "backups/new");
  CAF_REQUIRE(told());
  write(folder / "backups/new/x.zip");
  CAF_CHECK(told());
}

CAF_TEST(what lies two levels down is not told) {
  fs::create_directories(folder / "backups/prod/deep");
  watch(folder / "backups", true);
  write(folder / "backups/prod/deep/x.zip");
  CAF_CHECK(quiet());
}

CAF_TEST(many changes are told twenty times a second at most) {
  fs::create_directories(folder / "backups/prod");
  watch(folder / "backups", true);
  auto begun = std::chrono::steady_clock::now();
  for (auto i = 0; i < 1000; ++i)
    write(folder / "backups/prod" / std::to_string(i));
  auto written = std::chrono::steady_clock::now() - begun;
  CAF_REQUIRE(told());
  auto times = 1;
  while (told(300ms))
    ++times;
  CAF_CHECK_LESS_OR_EQUAL(times, written / 50ms + 2);
}

CAF_TEST(a folder that is not there yet is watched once it is made) {
  watch(folder / "a/b/backups", true);
  fs::create_directories(folder / "a/b");
  CAF_REQUIRE(told());
  fs::create_directories(folder / "a/b/backups/prod");
  CAF_REQUIRE(told());
  while (!quiet()) {
    // nop
  }
  write(folder / "a/b/backups/prod/x.zip");
  CAF_CHECK(told());
}

CAF_TEST(a folder that goes and comes back is watched again) {
  fs::create_directories(folder / "backups/prod");
  watch(folder / "backups", true);
  fs::rename(folder / "backups", folder / "moved");
  CAF_REQUIRE(told());
  CAF_CHECK(quiet());
  write(folder / "moved/prod/x.zip");
  CAF_CHECK(quiet());
  fs::create_directories(folder / "backups");
  CAF_REQUIRE(told());
  CAF_CHECK(quiet());
  write(folder / "backups/x.zip");
  CAF_CHECK(told());
}

CAF_TEST(a file replaced by a rename is told and its neighbours are not) {
  write(folder / "users.toml");
  watch(folder / "users.toml", false);
  write(folder / "history.db");
  CAF_CHECK(quiet());
  write(folder / "users.toml.new");
  fs::rename(folder / "users.toml.new", folder / "users.toml");
  CAF_CHECK(told());
  CAF_CHECK(quiet());
  fs::remove(folder / "users.toml");
  CAF_CHECK(told());
  write(folder / "users.toml");
  CAF_CHECK(told());
}

CAF_TEST_FIXTURE_SCOPE_END()
