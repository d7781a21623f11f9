// The size of a filestore of 200,000 files: our meter against `du -sb`.
//
//   filestore_size FOLDER [FILES [ROUNDS]]
//
// Makes a filestore in a new folder below FOLDER, measures it, and deletes it.
// Everything is read warm: once before the first round. The raw rounds are
// printed below the table.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odoo/filestore.hpp"

namespace fs = std::filesystem;

namespace {

using namespace std::chrono_literals;

using milliseconds = std::chrono::duration<double, std::milli>;

struct row {
  std::string name;
  std::vector<double> rounds; ///< Milliseconds.
};

double median(std::vector<double> xs) {
  std::ranges::sort(xs);
  return xs[xs.size() / 2];
}

double time_of(const std::function<void()>& f) {
  auto begun = std::chrono::steady_clock::now();
  f();
  return milliseconds{std::chrono::steady_clock::now() - begun}.count();
}

fs::path file(const fs::path& root, size_t i) {
  char name[48];
  // Spread over 256 folders as SHA-1 does it, in names as long.
  std::snprintf(name, sizeof(name), "%02zx/%02zx%038zx", i % 256, i % 256, i);
  return root / name;
}

void make_filestore(const fs::path& root, size_t files) {
  for (size_t i = 0; i < 256; ++i)
    fs::create_directories(file(root, i).parent_path());
  std::string text(2000, 'x');
  for (size_t i = 0; i < files; ++i)
    std::ofstream{file(root, i)}.write(text.data(),
                                       static_cast<long>(i % text.size()));
}

/// Runs a program without a shell.
void run(std::vector<std::string> argv, bool quietly) {
  std::vector<char*> raw;
  for (auto& x : argv)
    raw.push_back(x.data());
  raw.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (quietly)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  auto status = 0;
  if (posix_spawnp(&pid, raw[0], &actions, nullptr, raw.data(), environ) != 0
      || waitpid(pid, &status, 0) != pid || status != 0)
    throw std::runtime_error{argv[0] + " failed"};
  posix_spawn_file_actions_destroy(&actions);
}

void read_all(atalaya::odoo::filestore_meter& meter) {
  while (!meter.advance(1'000'000)) {
    // nop
  }
}

std::vector<row> measure(const fs::path& root, size_t files, int rounds) {
  using atalaya::odoo::filestore_meter;
  row by_du{"du -sb", {}};
  row first{"first reading", {}};
  row second{"second reading, nothing changed", {}};
  row changed{"after one folder changed", {}};
  filestore_meter meter{root, "prod"};
  read_all(meter);
  for (auto i = 0; i < rounds; ++i) {
    by_du.rounds.push_back(
      time_of([&] { run({"du", "-sb", root / "prod"}, true); }));
    filestore_meter fresh{root, "prod"};
    first.rounds.push_back(time_of([&] { read_all(fresh); }));
    second.rounds.push_back(time_of([&] { read_all(meter); }));
    std::ofstream{file(root / "prod", files + static_cast<size_t>(i))} << 'x';
    changed.rounds.push_back(time_of([&] { read_all(meter); }));
    // Until that folder counts as settled, and is read no more.
    std::this_thread::sleep_for(2100ms);
    read_all(meter);
  }
  return {by_du, first, second, changed};
}

void print(const std::vector<row>& table, size_t files) {
  auto rival = median(table.front().rounds);
  std::printf("%zu files in 256 folders, warm, medians of %zu rounds\n\n",
              files, table.front().rounds.size());
  std::printf("%-33s %10s %12s\n", "", "ms", "du is");
  for (const auto& x : table) {
    auto ms = median(x.rounds);
    std::printf("%-33s %10.3f %10.1f x\n", x.name.c_str(), ms, rival / ms);
  }
  for (const auto& x : table) {
    std::printf("\n%-33s", x.name.c_str());
    for (auto ms : x.rounds)
      std::printf(" %.3f", ms);
  }
  std::printf("\n\n");
  std::fflush(stdout);
  run({"uname", "-sr"}, false);
  run({"du", "--version"}, false);
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "filestore_size FOLDER [FILES [ROUNDS]]\n";
    return 2;
  }
  auto files = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 200'000;
  auto rounds = argc > 3 ? std::atoi(argv[3]) : 9;
  auto root = fs::path{argv[1]}
              / ("filestore_size-" + std::to_string(getpid()));
  make_filestore(root / "prod", files);
  std::this_thread::sleep_for(2100ms);
  print(measure(root, files, std::max(rounds, 1)), files);
  fs::remove_all(root);
}
