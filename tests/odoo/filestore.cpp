#define CAF_SUITE odoo_filestore

#include "odoo/filestore.hpp"

#include <fstream>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <caf/test/dsl.hpp>

using namespace atalaya::odoo;
using namespace std::chrono_literals;

namespace fs = std::filesystem;

namespace {

constexpr auto everything = size_t{1'000'000};

struct fixture {
  fixture() {
    std::string name = fs::temp_directory_path() / "atalaya-filestore-XXXXXX";
    if (!mkdtemp(name.data()))
      CAF_FAIL("no temporary folder");
    outside = name;
    root = outside / "filestore";
    fs::create_directories(root / "prod");
  }

  ~fixture() {
    fs::remove_all(outside);
  }

  static void write(const fs::path& path, size_t length) {
    fs::create_directories(path.parent_path());
    std::ofstream{path} << std::string(length, 'x');
  }

  /// As a copy with its times kept does it.
  static void restore_times(const fs::path& path, const struct stat& to) {
    timespec times[2]{to.st_atim, to.st_mtim};
    utimensat(AT_FDCWD, path.c_str(), times, 0);
  }

  /// The straightforward way.
  static filestore_size walk(const fs::path& path) {
    filestore_size result;
    for (const auto& x : fs::recursive_directory_iterator{path}) {
      if (x.is_symlink() || !x.is_regular_file())
        continue;
      result.bytes += x.file_size();
      ++result.files;
    }
    return result;
  }

  filestore_size measure(filestore_meter& meter) {
    CAF_CHECK(meter.advance(everything));
    return meter.size();
  }

  bool refuses(filestore_meter& meter) {
    try {
      meter.advance(everything);
    } catch (const std::system_error& e) {
      problem = e.what();
    }
    return !problem.empty();
  }

  fs::path outside;
  fs::path root;
  std::string problem;
};

std::string to_string(const filestore_size& x) {
  return std::to_string(x.files) + " files, " + std::to_string(x.bytes);
}

std::string hex(size_t i) {
  char buf[3];
  snprintf(buf, sizeof(buf), "%02zx", i % 256);
  return buf;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(filestore_tests, fixture)

CAF_TEST(ten thousand files measure as a plain walk says) {
  for (size_t i = 0; i < 10'000; ++i)
    write(root / "prod" / hex(i) / std::to_string(i), i % 97);
  write(root / "prod/checklist/ab/abcdef", 0);
  write(root / "prod/abc/of-odoo-14", 11);
  write(root / "prod/at the top", 7);
  filestore_meter uut{root, "prod"};
  auto expected = walk(root / "prod");
  CAF_CHECK_EQUAL(to_string(measure(uut)), to_string(expected));
  CAF_CHECK_EQUAL(expected.files, 10'003u);
  CAF_CHECK_EQUAL(to_string(measure(uut)), to_string(expected));
}

CAF_TEST(files that come and go are noticed at every reading) {
  filestore_meter uut{root, "prod"};
  CAF_CHECK_EQUAL(to_string(measure(uut)), "0 files, 0");
  write(root / "prod/aa/1", 10);
  CAF_CHECK_EQUAL(to_string(measure(uut)), "1 files, 10");
  write(root / "prod/aa/2", 20);
  CAF_CHECK_EQUAL(to_string(measure(uut)), "2 files, 30");
  write(root / "prod/checklist/bb/3", 5);
  CAF_CHECK_EQUAL(to_string(measure(uut)), "3 files, 35");
  write(root / "prod/checklist/bb/4", 6);
  CAF_CHECK_EQUAL(to_string(measure(uut)), "4 files, 41");
  fs::remove_all(root / "prod/aa");
  CAF_CHECK_EQUAL(to_string(measure(uut)), "2 files, 11");
  fs::remove_all(root / "prod");
  CAF_CHECK_EQUAL(to_string(measure(uut)), "0 files, 0");
}

CAF_TEST(a change within the time steps of the file system is noticed) {
  write(root / "prod/aa/1", 10);
  filestore_meter uut{root, "prod"};
  struct stat before{};
  stat((root / "prod/aa").c_str(), &before);
  CAF_CHECK_EQUAL(to_string(measure(uut)), "1 files, 10");
  write(root / "prod/aa/2", 20);
  restore_times(root / "prod/aa", before);
  CAF_CHECK_EQUAL(to_string(measure(uut)), "2 files, 30");
}

CAF_TEST(a settled folder is not read again and a touched one is) {
  write(root / "prod/aa/1", 10);
  write(root / "prod/bb/1", 10);
  std::this_thread::sleep_for(2100ms);
  filestore_meter uut{root, "prod"};
  measure(uut);
  // Seen only by somebody who looks at the files, which nobody must.
  std::ofstream{root / "prod/aa/1", std::ios::app} << "more";
  std::ofstream{root / "prod/bb/1", std::ios::app} << "more";
  CAF_CHECK_EQUAL(to_string(measure(uut)), "2 files, 20");
  struct stat before{};
  stat((root / "prod/bb").c_str(), &before);
  write(root / "prod/bb/2", 0);
  restore_times(root / "prod/bb", before);
  CAF_CHECK_EQUAL(to_string(measure(uut)), "3 files, 24");
}

CAF_TEST(symbolic links lead nowhere) {
  write(outside / "secret/aa/1", 1000);
  write(root / "prod/aa/1", 10);
  fs::create_symlink(outside / "secret/aa/1", root / "prod/aa/link");
  fs::create_directory_symlink(outside / "secret", root / "prod/bb");
  fs::create_directory_symlink(outside / "secret", root / "linked");
  mkfifo((root / "prod/aa/pipe").c_str(), 0600);
  filestore_meter uut{root, "prod"};
  CAF_CHECK_EQUAL(to_string(measure(uut)), "1 files, 10");
  filestore_meter linked{root, "linked"};
  CAF_CHECK(refuses(linked));
  // Planted between two readings.
  fs::remove_all(root / "prod/aa");
  fs::create_directory_symlink(outside / "secret/aa", root / "prod/aa");
  CAF_CHECK_EQUAL(to_string(measure(uut)), "0 files, 0");
}

CAF_TEST(a link planted while a reading is under way leads nowhere) {
  write(outside / "secret/aa/1", 1000);
  write(root / "prod/aa/1", 10);
  write(root / "prod/bb/1", 10);
  filestore_meter uut{root, "prod"};
  CAF_CHECK(!uut.advance(2));
  fs::remove_all(root / "prod/bb");
  fs::create_directory_symlink(outside / "secret/aa", root / "prod/bb");
  CAF_CHECK(uut.advance(everything));
  CAF_CHECK_EQUAL(to_string(uut.size()), "1 files, 10");
}

CAF_TEST(a name can not lead out of the root) {
  write(outside / "secret/aa/1", 1000);
  for (auto name : {"../secret", "..", "/etc", "prod/../../secret"}) {
    CAF_MESSAGE(name);
    filestore_meter uut{root, name};
    problem.clear();
    CAF_CHECK(refuses(uut));
  }
}

CAF_TEST(what is ours is left out) {
  write(root / "prod/aa/1", 10);
  write(root / "prod/.atalaya-7f/aa/1", 10);
  filestore_meter uut{root, "prod"};
  CAF_CHECK_EQUAL(to_string(measure(uut)), "1 files, 10");
}

CAF_TEST(a reading goes on where the budget ended it) {
  for (size_t i = 0; i < 256; ++i)
    write(root / "prod" / hex(i) / "file", 10);
  filestore_meter uut{root, "prod"};
  auto rounds = 0;
  while (!uut.advance(50)) {
    CAF_CHECK_EQUAL(uut.size().files, 0u);
    ++rounds;
  }
  CAF_CHECK_EQUAL(rounds, 5);
  CAF_CHECK_EQUAL(to_string(uut.size()), "256 files, 2560");
}

CAF_TEST(a root that can not be read is an error that names it) {
  filestore_meter uut{root / "nowhere/filestore", "prod"};
  CAF_CHECK(refuses(uut));
  CAF_CHECK(problem.find("nowhere") != std::string::npos);
}

CAF_TEST(a root that Odoo has still to make is empty) {
  fs::remove_all(root);
  filestore_meter uut{root, "prod"};
  CAF_CHECK_EQUAL(to_string(measure(uut)), "0 files, 0");
  write(root / "prod/aa/1", 1);
  CAF_CHECK_EQUAL(to_string(measure(uut)), "1 files, 1");
}

CAF_TEST(folders without end are refused) {
  auto path = root / "prod";
  for (auto i = 0; i < 20; ++i)
    path /= "d";
  fs::create_directories(path);
  filestore_meter uut{root, "prod"};
  CAF_CHECK(refuses(uut));
}

CAF_TEST_FIXTURE_SCOPE_END()
