#define CAF_SUITE store_kill

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/history_file.hpp"
#include "tests/config/temporary_directory.hpp"
#include "tests/store/samples.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;

namespace {

/// Writes until it is killed; tells the number of each operation through
/// `told` once that and its log are written.
[[noreturn]] void write_for_ever(const std::filesystem::path& file, int told) {
  store::history_file history{file};
  std::vector<log_entry> lines(3, {day_zero, std::string(500, 'x')});
  for (int i = 0;; ++i) {
    auto id = std::to_string(i);
    history.append(id, lines);
    history.record(i % 2 == 0 ? ended_operation(id, i)
                              : sample_operation(id, i));
    if (write(told, &i, sizeof(i)) != sizeof(i))
      _exit(1);
  }
}

/// Lets a child write `count` operations and kills it in the middle of one.
/// Returns how many it told of.
int write_and_kill(const std::filesystem::path& file, int count) {
  int pipe_ends[2];
  CAF_REQUIRE_EQUAL(pipe(pipe_ends), 0);
  auto child = fork();
  CAF_REQUIRE(child >= 0);
  if (child == 0)
    write_for_ever(file, pipe_ends[1]);
  close(pipe_ends[1]);
  auto told = -1;
  for (int i = 0; i < count; ++i)
    CAF_REQUIRE_EQUAL(read(pipe_ends[0], &told, sizeof(told)),
                      ssize_t(sizeof(told)));
  kill(child, SIGKILL);
  while (read(pipe_ends[0], &told, sizeof(told)) == ssize_t(sizeof(told)))
    continue;
  close(pipe_ends[0]);
  waitpid(child, nullptr, 0);
  return told + 1;
}

} // namespace

CAF_TEST(a killed writer loses nothing that it had written) {
  for (auto count : {1, 2, 7, 20, 50, 150, 151, 152, 300, 500}) {
    temporary_directory dir;
    auto file = dir.path() / "history.db";
    auto told = write_and_kill(file, count);
    CAF_MESSAGE("killed after " << told << " operations");
    store::history_file history{file};
    store::connection db{file};
    auto check = db.prepare("PRAGMA integrity_check");
    CAF_REQUIRE(check.bind().step());
    CAF_CHECK_EQUAL(check.text(0), "ok");
    // The one that was being written may be there or not.
    auto recovered = static_cast<int>(history.recover(day_zero).size());
    CAF_CHECK(recovered == told / 2 || recovered == (told + 1) / 2);
    for (int i = 0; i < told; ++i) {
      auto found = history.get(std::to_string(i));
      CAF_REQUIRE(found);
      CAF_REQUIRE_EQUAL(found->log.size(), 3u);
      CAF_REQUIRE(ended(found->operation.state));
    }
  }
}
