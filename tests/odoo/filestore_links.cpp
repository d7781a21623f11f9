#define CAF_SUITE odoo_filestore_links

#include "odoo/filestore_links.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

#include <caf/test/dsl.hpp>

using namespace atalaya::odoo;

namespace fs = std::filesystem;

namespace {

struct fixture {
  fixture() {
    std::string name = fs::temp_directory_path() / "atalaya-links-XXXXXX";
    if (!mkdtemp(name.data()))
      CAF_FAIL("no temporary folder");
    home = name;
    root = home / "filestore";
    fs::create_directories(root / "prod");
  }

  ~fixture() {
    fs::remove_all(home);
  }

  void write(const std::string& below, const std::string& text) const {
    auto path = root / "prod" / below;
    fs::create_directories(path.parent_path());
    std::ofstream{path} << text;
  }

  static std::vector<std::string> sorted(std::vector<std::string> xs) {
    std::ranges::sort(xs);
    return xs;
  }

  static std::string
  text_of(const filestore_links& links, const std::string& file) {
    std::string result(100, '\0');
    auto in = links.open(file);
    auto n = read(in.get(), result.data(), result.size());
    result.resize(n < 0 ? 0 : static_cast<size_t>(n));
    return result;
  }

  template <class F>
  static bool refuses(F f) {
    try {
      f();
    } catch (const std::system_error&) {
      return true;
    }
    return false;
  }

  std::atomic<bool> cancelled = false;
  fs::path home;
  fs::path root;
};

using names = std::vector<std::string>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(links_tests, fixture)

CAF_TEST(what was deleted after the first pass can still be read) {
  write("ab/abcd", "one");
  write("abc/abcde", "old layout");
  filestore_links uut{root, "prod", "x-1"};
  CAF_CHECK_EQUAL(uut.pass(cancelled), 2u);
  fs::remove_all(root / "prod/ab");
  write("cd/cdef", "two");
  CAF_CHECK_EQUAL(uut.pass(cancelled), 1u);
  CAF_CHECK_EQUAL(sorted(uut.files()),
                  (names{"ab/abcd", "abc/abcde", "cd/cdef"}));
  CAF_CHECK_EQUAL(text_of(uut, "ab/abcd"), "one");
  CAF_CHECK_EQUAL(text_of(uut, "cd/cdef"), "two");
}

CAF_TEST(nothing is copied and nothing stays) {
  write("ab/abcd", "one");
  {
    filestore_links uut{root, "prod", "x-1"};
    uut.pass(cancelled);
    struct stat info{};
    stat((root / "prod/ab/abcd").c_str(), &info);
    CAF_CHECK_EQUAL(info.st_nlink, 2u);
    CAF_CHECK(fs::exists(home / ".atalaya/x-1/ab/abcd"));
  }
  CAF_CHECK(!fs::exists(home / ".atalaya"));
  CAF_CHECK(fs::exists(root / "prod/ab/abcd"));
}

CAF_TEST(the spool of deletions is left out) {
  write("checklist/ab/abcd", "");
  write("ab/checklist", "x");
  filestore_links uut{root, "prod", "x-1"};
  uut.pass(cancelled);
  CAF_CHECK_EQUAL(uut.files(), (names{"ab/checklist"}));
}

CAF_TEST(links and folders that are planted lead nowhere) {
  auto outside = home / "outside";
  fs::create_directories(outside);
  std::ofstream{outside / "secret"} << "secret";
  write("ab/abcd", "one");
  fs::create_symlink(outside / "secret", root / "prod/ab/leak");
  fs::create_directory_symlink(outside, root / "prod/cd");
  fs::create_directory_symlink("..", root / "prod/up");
  mkfifo((root / "prod/ab/pipe").c_str(), 0600);
  {
    filestore_links uut{root, "prod", "x-1"};
    uut.pass(cancelled);
    CAF_CHECK_EQUAL(uut.files(), (names{"ab/abcd"}));
    // Planted among our links, to be followed when these are removed.
    fs::create_directory_symlink(outside, home / ".atalaya/x-1/cd");
    fs::remove(home / ".atalaya/x-1/ab/abcd");
    fs::create_symlink(outside / "secret", home / ".atalaya/x-1/ab/abcd");
    CAF_CHECK(refuses([&] { uut.open("ab/abcd"); }));
    CAF_CHECK(refuses([&] { uut.open("../../outside/secret"); }));
  }
  CAF_CHECK(fs::exists(outside / "secret"));
  CAF_CHECK(!fs::exists(home / ".atalaya"));
}

CAF_TEST(a hidden folder that is a link is refused) {
  auto outside = home / "outside";
  fs::create_directories(outside);
  fs::create_directory_symlink(outside, home / ".atalaya");
  CAF_CHECK(refuses([&] { filestore_links(root, "prod", "x-1"); }));
  CAF_CHECK(fs::is_empty(outside));
}

CAF_TEST(a database without files has no links) {
  filestore_links uut{root, "none", "x-1"};
  CAF_CHECK_EQUAL(uut.pass(cancelled), 0u);
}

CAF_TEST(a pass ends early when it is cancelled) {
  write("ab/abcd", "one");
  filestore_links uut{root, "prod", "x-1"};
  cancelled = true;
  CAF_CHECK_EQUAL(uut.pass(cancelled), 0u);
}

CAF_TEST(files that come and go while a pass runs do not disturb it) {
  for (auto i = 0; i < 200; ++i)
    write("00/keep" + std::to_string(i), "x");
  std::atomic<bool> stop = false;
  std::thread churn{[&] {
    for (auto i = 0; !stop; ++i) {
      auto folder = std::to_string(i % 7);
      write(folder + "/file", "x");
      fs::remove_all(root / "prod" / folder);
    }
  }};
  filestore_links uut{root, "prod", "x-1"};
  for (auto i = 0; i < 20; ++i)
    uut.pass(cancelled);
  stop = true;
  churn.join();
  auto kept = std::ranges::count_if(
    uut.files(), [](const auto& x) { return x.starts_with("00/"); });
  CAF_CHECK_EQUAL(kept, 200);
}

CAF_TEST(what a killed server left is swept and nothing else) {
  for (auto name : {"mine-1/ab", "mine-2", "theirs-1"})
    fs::create_directories(home / ".atalaya" / name);
  std::ofstream{home / ".atalaya/mine-1/ab/abcd"} << "x";
  auto swept = sweep_filestore_links(
    root, [](const std::string& name) { return name.starts_with("mine-"); });
  CAF_CHECK_EQUAL(swept, 2u);
  CAF_CHECK(!fs::exists(home / ".atalaya/mine-1"));
  CAF_CHECK(fs::exists(home / ".atalaya/theirs-1"));
  CAF_CHECK_EQUAL(sweep_filestore_links(home / "none/filestore",
                                        [](const auto&) { return true; }),
                  0u);
}

CAF_TEST_FIXTURE_SCOPE_END()
