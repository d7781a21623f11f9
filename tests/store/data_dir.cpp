#define CAF_SUITE store_data_dir

#include "store/data_dir.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "tests/config/temporary_directory.hpp"
#include "tests/store/refusal.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using store::data_dir;

namespace {

struct fixture {
  temporary_directory dir;
  std::filesystem::path root = dir.path() / "a" / "b";
};

std::filesystem::perms rights(const std::filesystem::path& file) {
  return std::filesystem::status(file).permissions();
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(data_dir_tests, fixture)

CAF_TEST(a server has an id of its own and keeps it) {
  auto id = data_dir{root}.server_id();
  CAF_CHECK_EQUAL(id.size(), 8u);
  CAF_CHECK_EQUAL(data_dir{root}.server_id(), id);
  CAF_CHECK(data_dir{dir.path() / "other"}.server_id() != id);
}

CAF_TEST(the directory and its folders are made for their owner alone) {
  data_dir data{root};
  CAF_CHECK(data.root() == root);
  for (auto& folder : {root, root / "backups", root / "journal"})
    CAF_CHECK(rights(folder) == std::filesystem::perms::owner_all);
}

CAF_TEST(a directory that is there is used) {
  data_dir first{root};
  std::ofstream{root / "backups" / "x"} << "kept";
  data_dir second{root.string() + "/"};
  CAF_CHECK(second.root() == root);
  CAF_CHECK(std::filesystem::exists(second.backups() / "x"));
}

CAF_TEST(a file in its place is refused) {
  auto file = dir.write("file", "");
  CAF_CHECK_EQUAL(refusal_of([&] { data_dir{file}; }),
                  file.string()
                    + ": is not a directory; move it away, or choose another "
                      "with --data");
}

CAF_TEST(what can not be made is refused with its reason) {
  auto file = dir.write("file", "");
  auto below = file / "data";
  CAF_CHECK_EQUAL(refusal_of([&] { data_dir{below}; }),
                  below.string()
                    + ": can't be made: Not a directory; see to the rights of "
                      "its directory, or choose another with --data");
}

CAF_TEST(a second server is refused and told of the first) {
  data_dir data{root};
  auto lock = data.lock();
  CAF_CHECK_EQUAL(refusal_of([&] { data_dir{root}.lock(); }),
                  root.string() + ": another server uses it (process "
                    + std::to_string(getpid())
                    + "); stop that one, or choose another directory with "
                      "--data");
}

CAF_TEST(the lock goes with the one who had it) {
  data_dir data{root};
  {
    auto lock = data.lock();
  }
  CAF_CHECK_EQUAL(refusal_of([&] { data.lock(); }), "accepted");
}

CAF_TEST(the lock goes with a killed process) {
  data_dir data{root};
  int ready[2];
  CAF_REQUIRE_EQUAL(pipe(ready), 0);
  auto child = fork();
  if (child == 0) {
    auto lock = data.lock();
    char c = '!';
    if (write(ready[1], &c, 1) == 1)
      pause();
    _exit(1);
  }
  char c = 0;
  CAF_REQUIRE_EQUAL(read(ready[0], &c, 1), 1);
  CAF_CHECK(refusal_of([&] {
              data.lock();
            }).find("(process " + std::to_string(child) + ")")
            != std::string::npos);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  CAF_CHECK_EQUAL(refusal_of([&] { data.lock(); }), "accepted");
}

CAF_TEST_FIXTURE_SCOPE_END()
