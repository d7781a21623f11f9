#define CAF_SUITE odoo_archive_proof

#include "odoo/archive_proof.hpp"

#include "archive_fixture.hpp"

#include "odoo/zip_reader.hpp"

using namespace atalaya::odoo;
using namespace atalaya::test;

namespace {

constexpr auto head = std::string_view{
  "--\n-- PostgreSQL database dump\n--\n\n\\restrict abcDEF123\n\n"
  "-- Dumped from database version 15.18\n\nSET statement_timeout = 0;\n"};

constexpr auto tail
  = std::string_view{"--\n-- PostgreSQL database dump complete\n--\n\n"};

const auto dump = std::string{head} + archive_fixture::rows(600'000, 1)
                  + std::string{tail} + "\\unrestrict abcDEF123\n\n";

const auto packed_file = archive_fixture::rows(30'000, 2);

const auto stored_file = archive_fixture::noise(30'000, 3);

const auto large_file = archive_fixture::noise(2'500'000, 4);

struct fixture : archive_fixture {
  fixture() {
    make(dump);
  }

  void make(std::string_view sql, bool with_manifest = true,
            std::map<std::string, std::string> more = {}) {
    auto fd = create(path);
    zip_writer to{fd.get(), path};
    zip_text text{to, "dump.sql", a_time};
    text.append(sql);
    text.finish();
    if (with_manifest)
      to.add("manifest.json", "{\"odoo_dump\": \"1\"}", a_time);
    for (const auto& x : {packed_file, stored_file, large_file})
      more[attachment_name(x)] = x;
    more["filestore/checklist/ab/abcdef"] = "";
    add_files(to, more);
    to.finish();
  }

  archive_proof prove(const archive_proof_options& options = {}) {
    auto fd = open_file(path);
    return prove_archive(fd.get(), path, options);
  }

  /// The only problem.
  std::string problem(const archive_proof_options& options = {}) {
    auto x = prove(options);
    CAF_CHECK_EQUAL(x.problem_count, x.problems.size());
    if (x.problems.size() > 1)
      CAF_ERROR("several problems, second: " << x.problems[1]);
    return x.ok() ? "" : x.problems.front();
  }

  void flip(uint64_t offset) {
    std::fstream f{path, std::ios::in | std::ios::out | std::ios::binary};
    f.seekg(static_cast<std::streamoff>(offset));
    auto c = static_cast<char>(f.get() ^ 0xff);
    f.seekp(static_cast<std::streamoff>(offset));
    f.put(c);
  }

  zip_member member(const std::string& name) {
    auto fd = open_file(path);
    return *zip_reader{fd.get(), path}.member(name);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(archive_proof_tests, fixture)

CAF_TEST(a whole backup is proved and counted) {
  for (auto threads : {1, 4}) {
    std::atomic<uint64_t> seen = 0;
    auto x = prove({.threads = static_cast<size_t>(threads),
                    .progress = [&](uint64_t n) { seen += n; }});
    CAF_CHECK(x.ok());
    CAF_CHECK_EQUAL(x.members, 6u);
    CAF_CHECK_EQUAL(x.attachments, 3u);
    CAF_CHECK_EQUAL(x.damaged, 0u);
    CAF_CHECK_EQUAL(x.content, dump.size() + 18 + 60'000 + 2'500'000);
    CAF_CHECK_EQUAL(seen.load(), x.content);
    CAF_CHECK_EQUAL(x.size, fs::file_size(path));
    CAF_CHECK_EQUAL(x.sha256 + "  " + path.string() + "\n",
                    run("sha256sum " + path.string()));
  }
}

CAF_TEST(one byte changed in each kind of member is caught) {
  for (const auto& name :
       {std::string{"dump.sql"}, std::string{"manifest.json"},
        attachment_name(packed_file), attachment_name(stored_file),
        attachment_name(large_file)}) {
    CAF_MESSAGE(name);
    auto x = member(name);
    for (auto at : {x.packed / 2, uint64_t{0}, x.packed - 1}) {
      make(dump);
      x = member(name);
      flip(x.limit - x.packed + at);
      CAF_CHECK(has(problem(), name));
    }
  }
}

CAF_TEST(each member cut short is caught) {
  // The member as it is, a part of its end lost, and all behind moved up: by
  // Python, with sizes and CRC that fit again.
  auto cut = [&](const std::string& name, const std::string& content) {
    make(dump);
    auto script = "import sys, zipfile\n"
                  "a = zipfile.ZipFile(sys.argv[1])\n"
                  "b = zipfile.ZipFile(sys.argv[1] + '2', 'w', 8)\n"
                  "for x in a.infolist():\n"
                  "    n = -7 if x.filename == '"
                  + name
                  + "' else None\n"
                    "    b.writestr(x.filename, a.read(x)[:n])\n"
                    "b.close()\n"
                    "import os; os.rename(sys.argv[1] + '2', sys.argv[1])\n";
    CAF_CHECK_EQUAL(run("python3 - " + path.string(), script), "");
    CAF_CHECK_EQUAL(member(name).size, content.size() - 7);
    CAF_CHECK(has(problem(), name));
  };
  cut("dump.sql", dump);
  cut(attachment_name(packed_file), packed_file);
  cut(attachment_name(stored_file), stored_file);
  cut(attachment_name(large_file), large_file);
  // The file itself.
  make(dump);
  auto size = fs::file_size(path);
  for (auto lost : {uintmax_t{1}, uintmax_t{22}, size / 2, size - 1, size}) {
    make(dump);
    fs::resize_file(path, size - lost);
    auto x = prove();
    CAF_CHECK(!x.ok());
    CAF_CHECK_EQUAL(x.size, size - lost);
  }
}

CAF_TEST(a dump must end as it began) {
  auto begin = std::string{head};
  auto end = std::string{tail};
  auto plain
    = std::string{"--\n-- PostgreSQL database dump\n--\n\nSELECT 1;\n"};
  make(plain + end);
  CAF_CHECK_EQUAL(problem(), "");
  make(plain);
  CAF_CHECK(has(problem(), "dump.sql is cut short"));
  make("");
  CAF_CHECK(has(problem(), "dump.sql is cut short"));
  make(plain + end + "SELECT 2;\n");
  CAF_CHECK(has(problem(), "goes on after its end"));
  make(plain + end + "\\unrestrict abcDEF123\n");
  CAF_CHECK(has(problem(), "goes on after its end"));
  make(begin + end);
  CAF_CHECK(has(problem(), "\\unrestrict, is missing"));
  make(begin + end + "\\unrestrict other\n");
  CAF_CHECK(has(problem(), "doesn't end with the \\unrestrict"));
  make(begin + end + "\\unrestrict abcDEF123\nSELECT 2;\n");
  CAF_CHECK(has(problem(), "doesn't end with the \\unrestrict"));
  // The trailer within a row, and far from the end.
  make(plain + "text -- PostgreSQL database dump complete\n");
  CAF_CHECK(has(problem(), "cut short"));
  make(plain + end + rows(10'000, 1));
  CAF_CHECK(has(problem(), "cut short"));
}

CAF_TEST(a trailer is found however the dump was cut into pieces) {
  for (auto size : {size_t{1}, size_t{7}, size_t{4095}, size_t{4096},
                    size_t{4097}, dump.size()}) {
    dump_proof uut;
    for (auto i = size_t{0}; i < dump.size(); i += size)
      uut.update(std::string_view{dump}.substr(i, size));
    CAF_CHECK_EQUAL(uut.problem(), "");
  }
}

CAF_TEST(missing parts are named) {
  make(dump, false);
  CAF_CHECK_EQUAL(problem(), "manifest.json is missing");
  auto fd = create(path);
  zip_writer to{fd.get(), path};
  to.add("manifest.json", "{}", a_time);
  to.finish();
  CAF_CHECK_EQUAL(problem(), "dump.sql is missing");
}

CAF_TEST(an attachment damaged on disk before is counted and no problem) {
  auto name = attachment_name("what it should hold");
  auto of_14 = attachment_name("old");
  of_14 = "filestore/" + sha1("old").substr(0, 3) + "/" + sha1("old");
  make(dump, true, {{name, "what it"}, {of_14, "old"}});
  CAF_CHECK_EQUAL(problem(), name
                               + " is damaged: its content doesn't fit its "
                                 "name");
  std::set<std::string> known{name};
  auto x = prove({.damaged_before = &known});
  CAF_CHECK(x.ok());
  CAF_CHECK_EQUAL(x.damaged, 1u);
  CAF_CHECK_EQUAL(x.attachments, 4u);
}

CAF_TEST(many problems are counted and the first are listed) {
  std::map<std::string, std::string> wrong;
  for (auto i = 0; i < 150; ++i)
    wrong[attachment_name(std::to_string(i))] = "something else";
  make(dump, true, wrong);
  auto x = prove();
  CAF_CHECK_EQUAL(x.problem_count, 150u);
  CAF_CHECK_EQUAL(x.problems.size(), 100u);
}

CAF_TEST(a proof can be cancelled) {
  std::atomic<bool> cancelled = false;
  try {
    prove({.threads = 2, .cancelled = &cancelled, .progress = [&](uint64_t) {
             cancelled = true;
           }});
    CAF_FAIL("went on");
  } catch (const std::system_error& e) {
    CAF_CHECK(e.code() == std::errc::operation_canceled);
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
