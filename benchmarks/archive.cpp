// The archive of a backup: ours at each level against zip, 7z, bsdtar and
// zlib on one thread.
//
//   archive FOLDER [MEGABYTES_OF_DUMP [MEGABYTES_OF_FILES [ROUNDS]]]
//
// Makes a dump.sql and a filestore in a new folder below FOLDER, archives them
// by each, and deletes all. Everything is read warm. Medians; CPU is user and
// system of all threads.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "odoo/archive_proof.hpp"
#include "odoo/digest.hpp"
#include "odoo/zip_files.hpp"

namespace fs = std::filesystem;

using namespace atalaya::odoo;

namespace {

struct sample {
  double wall = 0;
  double cpu = 0;
  uintmax_t size = 0;
};

struct row {
  std::string name;
  std::vector<sample> rounds;
};

double seconds(const timeval& x) {
  return static_cast<double>(x.tv_sec) + static_cast<double>(x.tv_usec) / 1e6;
}

double cpu_so_far() {
  auto sum = 0.0;
  for (auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage x{};
    getrusage(who, &x);
    sum += seconds(x.ru_utime) + seconds(x.ru_stime);
  }
  return sum;
}

sample measure(const fs::path& result, const std::function<void()>& f) {
  fs::remove(result);
  auto cpu = cpu_so_far();
  auto begun = std::chrono::steady_clock::now();
  f();
  std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
  return {wall.count(), cpu_so_far() - cpu, fs::file_size(result)};
}

/// Rows of sales, partners and mails, as COPY writes them.
std::string dump_rows(size_t length, unsigned seed) {
  static constexpr const char* words[]
    = {"Azure Interior",    "Deco Addict",    "Large Cabinet", "Office Chair",
       "Customizable Desk", "quotation",      "sale order",    "delivered",
       "invoice",           "payment term",   "posted",        "draft",
       "Marc Demo",         "Mitchell Admin", "warehouse",     "stock.picking"};
  std::mt19937_64 from{seed};
  std::string out = "COPY public.sale_order_line (id, order_id, name, "
                    "price_unit, state, body, write_date) FROM stdin;\n";
  char line[512];
  for (auto id = 1u; out.size() < length; ++id) {
    auto x = from();
    auto n = std::snprintf(
      line, sizeof(line),
      "%u\t%u\t[%s] %s, %s\t%llu.%02llu\t%s\t<p>%s %s</p>\t\\N\tt\t2\t"
      "2026-%02llu-%02llu %02llu:%02llu:%02llu.%06llu\t%016llx\n",
      id, id / 3, words[x & 15], words[x >> 4 & 15], words[x >> 8 & 15],
      static_cast<unsigned long long>(x >> 12) % 10'000,
      static_cast<unsigned long long>(x >> 20) % 100, words[x >> 24 & 15],
      words[x >> 28 & 15], words[x >> 32 & 15],
      static_cast<unsigned long long>(x >> 36) % 12 + 1,
      static_cast<unsigned long long>(x >> 40) % 28 + 1,
      static_cast<unsigned long long>(x >> 44) % 24,
      static_cast<unsigned long long>(x >> 47) % 60,
      static_cast<unsigned long long>(x >> 50) % 60,
      static_cast<unsigned long long>(x >> 30) % 1'000'000,
      static_cast<unsigned long long>(from()));
    out.append(line, static_cast<size_t>(n));
  }
  return out += "\\.\n\n";
}

std::string noise(size_t length, unsigned seed) {
  std::mt19937_64 from{seed};
  std::string out(length, '\0');
  for (auto i = size_t{0}; i + 8 <= length; i += 8) {
    auto x = from();
    std::copy_n(reinterpret_cast<const char*>(&x), 8, out.data() + i);
  }
  return out;
}

/// Two files of three don't shrink, as pictures and PDFs.
void make_data(const fs::path& root, size_t dump_mb, size_t files_mb) {
  fs::create_directories(root);
  std::ofstream dump{root / "dump.sql", std::ios::binary};
  for (auto i = 0u; i < dump_mb; ++i)
    dump << dump_rows(1 << 20, i);
  auto left = files_mb << 20;
  for (auto i = 0u; left > 0; ++i) {
    auto size = std::min<size_t>(left, 1000 + i * 7919 % 100'000);
    left -= size;
    auto content = i % 3 == 0 ? dump_rows(size, i) : noise(size, i);
    digest sha1{digest::algorithm::sha1};
    sha1.update(content);
    auto name = sha1.hex();
    auto folder = root / "filestore" / name.substr(0, 2);
    fs::create_directories(folder);
    std::ofstream{folder / name, std::ios::binary} << content;
  }
}

void run(const fs::path& in, std::vector<std::string> argv) {
  std::vector<char*> raw;
  for (auto& x : argv)
    raw.push_back(x.data());
  raw.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addchdir_np(&actions, in.c_str());
  pid_t pid = 0;
  auto status = 0;
  if (posix_spawnp(&pid, raw[0], &actions, nullptr, raw.data(), environ) != 0
      || waitpid(pid, &status, 0) != pid || status != 0)
    throw std::runtime_error{argv[0] + " failed"};
  posix_spawn_file_actions_destroy(&actions);
}

/// The dump in pieces of 256 KiB from all threads, as tables come in; order is
/// of no account here.
void add_dump(zip_writer& to, const fs::path& path) {
  constexpr auto piece = size_t{256} << 10;
  descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  zip_text dump{to, "dump.sql", 0};
  std::atomic<uint64_t> next = 0;
  {
    std::vector<std::jthread> threads;
    for (auto i = size_t{0}; i < archive_threads(); ++i)
      threads.emplace_back([&] {
        std::string buffer(piece, '\0');
        while (true) {
          auto n = pread(file.get(), buffer.data(), piece,
                         static_cast<off_t>(next.fetch_add(piece)));
          if (n <= 0)
            return;
          dump.append(
            std::string_view{buffer}.substr(0, static_cast<size_t>(n)));
        }
      });
  }
  dump.append("--\n-- PostgreSQL database dump complete\n--\n\n");
  dump.finish();
}

void archive_by_us(const fs::path& root, const fs::path& result,
                   zip_level level) {
  descriptor fd{
    open(result.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
  zip_writer to{fd.get(), result, level};
  add_dump(to, root / "dump.sql");
  to.add("manifest.json", "{}", 0);
  fs::recursive_directory_iterator at{root / "filestore"};
  zip_files(
    to,
    [&]() -> std::optional<file_to_zip> {
      while (at != fs::recursive_directory_iterator{}) {
        auto path = at->path();
        auto is_file = at->is_regular_file();
        ++at;
        if (is_file)
          return file_to_zip{
            fs::relative(path, root),
            descriptor{open(path.c_str(), O_RDONLY | O_CLOEXEC)}};
      }
      return std::nullopt;
    },
    [](const zipped_file&) {});
  to.finish();
}

/// Everything through one stream on one thread: zlib's own speed.
void compress_by_zlib(const fs::path& root, const fs::path& result, int level) {
  auto mode = "wb" + std::to_string(level);
  auto to = gzopen(result.c_str(), mode.c_str());
  std::vector<char> buffer(1 << 20);
  for (const auto& x : fs::recursive_directory_iterator{root}) {
    if (!x.is_regular_file())
      continue;
    std::ifstream in{x.path(), std::ios::binary};
    while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())),
           in.gcount() > 0)
      gzwrite(to, buffer.data(), static_cast<unsigned>(in.gcount()));
  }
  if (gzclose(to) != Z_OK)
    throw std::runtime_error{"zlib failed"};
}

using way = std::pair<std::string, std::function<void(const fs::path&)>>;

std::vector<way> ways(const fs::path& root) {
  std::vector<way> result;
  auto ours = [&](const char* name, zip_level level) {
    result.emplace_back(name, [root, level](const fs::path& to) {
      archive_by_us(root, to, level);
    });
  };
  ours("ours, fastest (ISA-L 0)", zip_level::fastest);
  ours("ours, fast (ISA-L 1), the default", zip_level::fast);
  ours("ours, balanced (ISA-L 2)", zip_level::balanced);
  ours("ours, small (ISA-L 3)", zip_level::small);
  ours("ours, smallest (libdeflate 12)", zip_level::smallest);
  for (auto level : {1, 9})
    result.emplace_back(
      "zlib " + std::to_string(level) + ", one thread",
      [root, level](const fs::path& to) { compress_by_zlib(root, to, level); });
  auto others = [&](const std::string& name, std::vector<std::string> argv) {
    auto found = std::system(("command -v " + argv[0] + " >/dev/null").c_str());
    if (found != 0) {
      std::cout << argv[0] << " is not installed\n";
      return;
    }
    result.emplace_back(name, [root, argv](const fs::path& to) {
      auto filled = argv;
      std::ranges::replace(filled, std::string{"RESULT"}, to.string());
      run(root, filled);
    });
  };
  others("zip -1", {"zip", "-q", "-r", "-1", "RESULT", "."});
  others("7z -tzip -mx1 -mmt2",
         {"7z", "a", "-tzip", "-mx1", "-mmt2", "RESULT", "."});
  others("bsdtar --format zip",
         {"bsdtar", "--format", "zip", "--options", "zip:compression-level=1",
          "-cf", "RESULT", "."});
  return result;
}

double median(const row& x, double sample::* of) {
  std::vector<double> xs;
  for (const auto& round : x.rounds)
    xs.push_back(round.*of);
  std::ranges::sort(xs);
  return xs[xs.size() / 2];
}

void print(const std::vector<row>& table, uintmax_t size) {
  std::printf("\n%-35s %8s %8s %10s %7s\n", "", "wall s", "CPU s", "MB",
              "ratio");
  for (const auto& x : table) {
    auto packed = static_cast<double>(x.rounds.front().size);
    std::printf("%-35s %8.2f %8.2f %10.1f %7.2f\n", x.name.c_str(),
                median(x, &sample::wall), median(x, &sample::cpu), packed / 1e6,
                static_cast<double>(size) / packed);
  }
}

void prove(const fs::path& path, row& to) {
  auto cpu = cpu_so_far();
  auto begun = std::chrono::steady_clock::now();
  descriptor fd{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  auto result = prove_archive(fd.get(), path);
  if (!result.ok())
    throw std::runtime_error{result.problems.front()};
  std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
  to.rounds.push_back({wall.count(), cpu_so_far() - cpu, result.size});
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "archive FOLDER [MEGABYTES_OF_DUMP [MEGABYTES_OF_FILES "
                 "[ROUNDS]]]\n";
    return 2;
  }
  auto number = [&](int i, unsigned long otherwise) {
    return argc > i ? std::strtoul(argv[i], nullptr, 10) : otherwise;
  };
  auto dump_mb = number(2, 200);
  auto files_mb = number(3, 300);
  auto rounds = std::max(number(4, 3), 1ul);
  auto base = fs::path{argv[1]} / ("archive-" + std::to_string(getpid()));
  auto root = base / "in";
  make_data(root, dump_mb, files_mb);
  auto size = uintmax_t{0};
  for (const auto& x : fs::recursive_directory_iterator{root})
    size += x.is_regular_file() ? x.file_size() : 0;
  std::printf("dump of %lu MiB, files of %lu MiB, %u cores, medians of %lu\n",
              dump_mb, files_mb, std::thread::hardware_concurrency(), rounds);
  std::vector<row> table;
  row proof{"proof of the default", {}};
  auto result = base / "result.zip";
  for (const auto& [name, f] : ways(root)) {
    row& x = table.emplace_back(row{name, {}});
    for (auto i = 0ul; i < rounds; ++i) {
      x.rounds.push_back(measure(result, [&] { f(result); }));
      if (name.ends_with("default"))
        prove(result, proof);
    }
  }
  table.push_back(std::move(proof));
  print(table, size);
  fs::remove_all(base);
}
