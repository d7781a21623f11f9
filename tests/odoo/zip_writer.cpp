#define CAF_SUITE odoo_zip_writer

#include "odoo/zip_writer.hpp"

#include <csignal>
#include <latch>
#include <set>
#include <thread>

#include <archive.h>
#include <archive_entry.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "archive_fixture.hpp"

using namespace atalaya::odoo;
using namespace atalaya::test;

namespace {

using contents = std::map<std::string, std::string>;

struct fixture : archive_fixture {
  /// What libarchive, which isn't ours, finds.
  contents read_by_libarchive(const fs::path& x) {
    contents result;
    std::unique_ptr<archive, int (*)(archive*)> from{archive_read_new(),
                                                     archive_read_free};
    archive_read_support_format_zip_seekable(from.get());
    if (archive_read_open_filename(from.get(), x.c_str(), 65'536) != ARCHIVE_OK)
      CAF_FAIL(archive_error_string(from.get()));
    archive_entry* entry = nullptr;
    auto found = 0;
    while ((found = archive_read_next_header(from.get(), &entry))
           == ARCHIVE_OK) {
      auto& content = result[archive_entry_pathname(entry)];
      content.resize(static_cast<size_t>(archive_entry_size(entry)));
      auto n = archive_read_data(from.get(), content.data(), content.size());
      char more = 0;
      if (n != static_cast<la_ssize_t>(content.size())
          || archive_read_data(from.get(), &more, 1) != 0)
        CAF_FAIL(archive_error_string(from.get()));
    }
    CAF_CHECK_EQUAL(found, ARCHIVE_EOF);
    return result;
  }

  std::string run_python(std::string_view script) {
    return run("python3 - " + path.string(), script);
  }
};

constexpr auto every_level = {zip_level::fastest, zip_level::fast,
                              zip_level::balanced, zip_level::small,
                              zip_level::smallest};

} // namespace

CAF_TEST_FIXTURE_SCOPE(zip_writer_tests, fixture)

CAF_TEST(every level keeps content of every length and kind) {
  for (auto level : every_level) {
    CAF_MESSAGE("level " << static_cast<int>(level));
    auto fd = create(path);
    zip_writer uut{fd.get(), path, level};
    contents expected;
    for (size_t size : {0, 1, 2, 100, 32'768, 65'535, 65'536, 262'144, 262'145,
                        1'048'576, 1'048'577, 2'500'000}) {
      auto digits = std::to_string(size);
      expected["text" + digits] = rows(size, 1);
      expected["noise" + digits] = noise(size, 2);
      expected["zeroes" + digits] = std::string(size, '\0');
      expected["mixed" + digits] = rows(size / 2, 3) + noise(size / 2, 4);
    }
    for (const auto& [name, content] : expected) {
      // As a text, in one piece and cut in three.
      zip_text text{uut, name, a_time};
      auto cut = content.size() / 3;
      text.append(std::string_view{content}.substr(0, cut));
      text.append(std::string_view{content}.substr(cut, cut));
      text.append(std::string_view{content}.substr(2 * cut));
      text.finish();
      uut.add("whole/" + name, content, a_time);
    }
    auto length = uut.finish();
    CAF_CHECK_EQUAL(length, fs::file_size(path));
    auto twice = expected;
    for (const auto& [name, content] : expected)
      twice["whole/" + name] = content;
    CAF_CHECK(read_by_libarchive(path) == twice);
    auto packed = run("python3 - " + path.string(), R"(
import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(all(x.compress_size <= x.file_size + 5 * (x.file_size // 65535 + 4) + 2
          for x in z.infolist()))
)");
    CAF_CHECK_EQUAL(packed, "True\n");
  }
}

CAF_TEST(the archive is as that of Odoo itself) {
  auto fd = create(path);
  zip_writer uut{fd.get(), path};
  zip_text dump{uut, "dump.sql", a_time};
  dump.append("SELECT 1;\n");
  dump.finish();
  uut.add("manifest.json", "{}", a_time);
  auto one = rows(5000, 1);
  auto two = noise(5000, 2);
  add_files(uut, {{attachment_name(one), one}, {attachment_name(two), two}},
            {.threads = 1});
  uut.finish();
  auto facts = run_python(R"(
import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
for x in z.infolist():
    print(x.filename[:12], x.compress_type, x.flag_bits, x.create_system,
          oct(x.external_attr >> 16), x.create_version, x.file_size)
print(z.infolist()[0].date_time)
)");
  CAF_CHECK(facts.starts_with("dump.sql 8 0 3 0o100644 20 10\n"
                              "manifest.jso 0 0 3 0o100644 20 2\n"));
  CAF_CHECK(has(facts, " 8 0 3 0o100644 20 5000\n"));
  CAF_CHECK(has(facts, " 0 0 3 0o100644 20 5000\n"));
  CAF_CHECK(facts.ends_with("(2026, 9, 21, 14, 13, 20)\n"));
}

CAF_TEST(pieces of four threads and a hold stand in one part each) {
  auto fd = create(path);
  zip_writer uut{fd.get(), path};
  zip_text dump{uut, "dump.sql", a_time};
  constexpr auto pieces = 150;
  std::latch all{4};
  {
    std::vector<std::jthread> threads;
    for (auto who = 0; who < 4; ++who)
      threads.emplace_back([&, who] {
        all.arrive_and_wait();
        for (auto i = 0; i < pieces; ++i) {
          auto head = std::to_string(who) + ":" + std::to_string(i);
          auto size = static_cast<size_t>((i * 7919 + who * 977) % 30'000);
          auto body = std::string(size, static_cast<char>('a' + who));
          if (i % 50 == 7) {
            // One far longer, in many calls.
            zip_text::hold alone{dump};
            alone.append("<" + head + ":");
            for (auto j = 0; j < 5; ++j)
              alone.append(std::string(700'000, 'H'));
            alone.append(body + ">\n");
          } else {
            dump.append("<" + head + ":" + body + ">\n");
          }
        }
      });
  }
  auto sum = dump.finish();
  uut.finish();
  auto text = read_by_libarchive(path)["dump.sql"];
  CAF_CHECK_EQUAL(text.size(), sum.size);
  std::vector<int> next(4);
  auto whole = 0;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) {
    auto who = line[1] - '0';
    auto i = std::stoi(line.substr(3));
    CAF_REQUIRE_EQUAL(i, next[static_cast<size_t>(who)]++);
    auto body = line.substr(line.find(':', 3) + 1);
    auto held = i % 50 == 7 ? size_t{3'500'000} : 0;
    auto size = static_cast<size_t>((i * 7919 + who * 977) % 30'000);
    whole += body
             == std::string(held, 'H')
                  + std::string(size, static_cast<char>('a' + who)) + ">";
  }
  CAF_CHECK_EQUAL(whole, 4 * pieces);
  CAF_CHECK_EQUAL(run_python("import sys, zipfile\n"
                             "print(zipfile.ZipFile(sys.argv[1]).testzip())"),
                  "None\n");
}

CAF_TEST(a member that grows keeps others waiting) {
  auto fd = create(path);
  zip_writer uut{fd.get(), path};
  auto dump = std::make_unique<zip_text>(uut, "dump.sql", a_time);
  std::atomic<bool> added = false;
  std::jthread other{[&] {
    uut.add("manifest.json", "{}", a_time);
    added = true;
  }};
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  CAF_CHECK(!added);
  dump->append(rows(100'000, 1));
  dump->finish();
  other.join();
  uut.finish();
  CAF_CHECK_EQUAL(read_by_libarchive(path).size(), 2u);
}

CAF_TEST(seventy thousand members) {
  auto fd = create(path);
  zip_writer uut{fd.get(), path};
  for (auto i = 0; i < 70'000; ++i)
    uut.add("filestore/" + std::to_string(i), "x", a_time);
  uut.finish();
  CAF_CHECK_EQUAL(run_python("import sys, zipfile\n"
                             "z = zipfile.ZipFile(sys.argv[1])\n"
                             "print(len(z.infolist()), z.testzip())"),
                  "70000 None\n");
}

CAF_TEST(members beyond four GiB) {
  auto fd = create(path);
  zip_writer uut{fd.get(), path};
  constexpr auto size = (uint64_t{1} << 32) + 12'345;
  zip_stored big{uut, "huge", size, a_time};
  uut.add("after", "behind four GiB", a_time);
  auto zeroes = std::string(64 << 20, '\0');
  for (auto left = size; left > 0;) {
    auto n = std::min<uint64_t>(left, zeroes.size());
    big.append(std::string_view{zeroes}.substr(0, n));
    // Zeroes: the disk needn't keep them.
    fallocate(fd.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
              static_cast<off_t>(4096 + size - left),
              static_cast<off_t>(n - std::min<uint64_t>(n, 8192) + 1));
    left -= n;
  }
  big.finish();
  uut.finish();
  CAF_CHECK_EQUAL(run_python(R"(
import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
print([(x.filename, x.file_size) for x in z.infolist()], z.read('after'))
z.open('huge').read(100)
)"),
                  "[('after', 15), ('huge', 4294979641)] "
                  "b'behind four GiB'\n");
}

CAF_TEST(a disk that is full is an error that names the archive) {
  auto mounted = root / "small";
  fs::create_directory(mounted);
  if (mount("none", mounted.c_str(), "tmpfs", 0, "size=1m") != 0) {
    // Not root: a limit of the process does the same.
    signal(SIGXFSZ, SIG_IGN);
    rlimit limit{1 << 20, RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  auto full = mounted / "backup.zip";
  auto fd = create(full);
  zip_writer uut{fd.get(), full};
  auto problem = problem_of([&] {
    zip_text dump{uut, "dump.sql", a_time};
    for (auto i = 0u; i < 10; ++i)
      dump.append(noise(300'000, i));
    dump.finish();
  });
  CAF_CHECK(has(problem, full.string()));
  CAF_CHECK(has(problem_of([&] { uut.finish(); }), "a part of it is missing"));
  auto files = problem_of([&] {
    zip_writer second{fd.get(), full};
    contents xs;
    for (auto i = 0u; i < 20; ++i)
      xs["f" + std::to_string(i)] = noise(200'000, i);
    add_files(second, xs, {.threads = 4});
  });
  CAF_CHECK(has(files, full.string()));
  fd = descriptor{};
  umount(mounted.c_str());
  rlimit none{RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_FSIZE, &none);
}

CAF_TEST(a text that was given up spoils the archive) {
  auto fd = create(path);
  zip_writer uut{fd.get(), path};
  {
    zip_text dump{uut, "dump.sql", a_time};
    dump.append("half");
  }
  uut.add("manifest.json", "{}", a_time);
  CAF_CHECK(has(problem_of([&] { uut.finish(); }), "can't be finished"));
}

CAF_TEST(times before 1980 and after 2107 are the nearest that fit) {
  CAF_CHECK_EQUAL(zip::dos_time(0), uint32_t{1 << 5 | 1} << 16);
  CAF_CHECK_EQUAL(zip::dos_time(-5), zip::dos_time(0));
  CAF_CHECK_EQUAL(zip::dos_time(5'000'000'000), 0xff9fbf7dU);
}

CAF_TEST_FIXTURE_SCOPE_END()
