#define CAF_SUITE odoo_zip_files

#include "odoo/zip_files.hpp"

#include "archive_fixture.hpp"

#include "odoo/zip_reader.hpp"

using namespace atalaya::odoo;
using namespace atalaya::test;

namespace {

struct fixture : archive_fixture {
  std::string read_member(const zip_reader& from, const std::string& name) {
    auto x = from.member(name);
    CAF_REQUIRE(x != nullptr);
    std::string result;
    from.read(*x, [&](std::string_view piece) { result += piece; });
    return result;
  }

  /// What `zip_files` says when `disturb` runs at the first progress.
  std::string disturbed(size_t size, std::function<void()> disturb) {
    auto fd = create(path);
    zip_writer to{fd.get(), path};
    auto calls = 0;
    return problem_of([&] {
      add_files(to, {{"filestore/aa/victim", noise(size, 1)}},
                {.threads = 1, .progress = [&](uint64_t) {
                   if (calls++ == 0)
                     disturb();
                 }});
    });
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(zip_files_tests, fixture)

CAF_TEST(files of every size and kind come back with their hash) {
  std::map<std::string, std::string> xs;
  auto put = [&](std::string content) {
    xs[attachment_name(content)] = std::move(content);
  };
  for (auto i = 0u; i < 300; ++i) {
    put(noise(i * 37, i));
    put(rows(i * 211 + 1, i));
  }
  for (size_t size : {1'048'576, 1'048'577, 3'000'000, 9'500'000}) {
    put(noise(size, 7));
    put(rows(size, 8));
    put(rows(size / 2, 9) + noise(size / 2, 9));
    put("\x89PNG\r\n\x1a\n" + rows(size, 10));
  }
  for (auto threads : {1, 2, 5}) {
    auto fd = create(path);
    zip_writer to{fd.get(), path};
    std::atomic<uint64_t> read = 0;
    auto done = add_files(to, xs,
                          {.threads = static_cast<size_t>(threads),
                           .progress = [&](uint64_t n) { read += n; }});
    to.finish();
    auto total = uint64_t{0};
    zip_reader from{fd.get(), path};
    CAF_CHECK_EQUAL(done.size(), xs.size());
    CAF_CHECK_EQUAL(from.members().size(), xs.size());
    auto right = size_t{0};
    for (const auto& x : done) {
      const auto& content = xs[x.name];
      total += content.size();
      auto member = from.member(x.name);
      right += attachment_name(content)
                 == "filestore/" + x.sha1.substr(0, 2) + "/" + x.sha1
               && x.size == content.size() && member && member->crc == x.crc
               && read_member(from, x.name) == content;
    }
    CAF_CHECK_EQUAL(right, xs.size());
    CAF_CHECK_EQUAL(read.load(), total);
  }
}

CAF_TEST(what does not shrink is stored and what does is not) {
  auto text = rows(300'000, 1);
  auto large_text = rows(3'000'000, 1);
  auto fd = create(path);
  zip_writer to{fd.get(), path};
  add_files(to, {{"noise", noise(300'000, 1)},
                 {"large noise", noise(3'000'000, 1)},
                 {"small noise", noise(300, 1)},
                 {"empty", ""},
                 {"picture", "\xff\xd8\xff" + text},
                 {"text", text},
                 {"large text", large_text}});
  to.finish();
  zip_reader from{fd.get(), path};
  for (const auto& x : from.members()) {
    CAF_MESSAGE(x.name);
    auto expected = has(x.name, "text") ? zip::method::deflated
                                        : zip::method::stored;
    CAF_CHECK(x.method == expected);
  }
}

CAF_TEST(a file that changes its size while it is read is named) {
  auto victim = root / "files/filestore/aa/victim";
  for (size_t size : {1000, 5'000'000}) {
    auto longer = disturbed(
      size, [&] { std::ofstream{victim, std::ios::app} << "more"; });
    CAF_CHECK(has(longer, "filestore/aa/victim changed"));
    CAF_CHECK(has(longer, "longer"));
  }
  auto shorter = disturbed(5'000'000, [&] { fs::resize_file(victim, 2000); });
  CAF_CHECK(has(shorter, "filestore/aa/victim changed"));
  CAF_CHECK(has(shorter, "shorter"));
}

CAF_TEST(what is no regular file is refused) {
  auto fd = create(path);
  zip_writer to{fd.get(), path};
  auto given = false;
  auto problem = problem_of([&] {
    zip_files(
      to,
      [&]() -> std::optional<file_to_zip> {
        if (std::exchange(given, true))
          return std::nullopt;
        return file_to_zip{"filestore/aa", open_file(root)};
      },
      [](zipped_file) { CAF_FAIL("a folder was added"); });
  });
  CAF_CHECK(has(problem, "filestore/aa is not a regular file"));
}

CAF_TEST(cancelling ends it between two pieces) {
  std::atomic<bool> cancelled = false;
  std::atomic<uint64_t> read = 0;
  auto fd = create(path);
  zip_writer to{fd.get(), path};
  try {
    add_files(
      to, {{"large", noise(30'000'000, 1)}},
      {.threads = 2, .cancelled = &cancelled, .progress = [&](uint64_t n) {
         read += n;
         cancelled = true;
       }});
    CAF_FAIL("went on");
  } catch (const std::system_error& e) {
    CAF_CHECK(e.code() == std::errc::operation_canceled);
  }
  CAF_CHECK_EQUAL(read.load(), 1u << 20);
  CAF_CHECK(!problem_of([&] { to.finish(); }).empty());
}

CAF_TEST(an error of the caller ends all threads and is passed on) {
  auto fd = create(path);
  zip_writer to{fd.get(), path};
  std::atomic<int> asked = 0;
  write_file(root / "x", "x");
  auto problem = problem_of([&] {
    zip_files(
      to,
      [&]() -> std::optional<file_to_zip> {
        if (++asked == 50)
          throw std::runtime_error{"no more"};
        return file_to_zip{std::to_string(asked), open_file(root / "x")};
      },
      [](zipped_file) {}, {.threads = 4});
  });
  CAF_CHECK_EQUAL(problem, "no more");
  // The others may each have asked once more before they heard of it.
  CAF_CHECK_LESS(asked.load(), 54);
}

CAF_TEST_FIXTURE_SCOPE_END()
