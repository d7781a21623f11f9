#define CAF_SUITE store_journal

#include "store/journal.hpp"

#include <fstream>

#include "actors/reflect/write_json.hpp"
#include "tests/config/temporary_directory.hpp"
#include "tests/store/refusal.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;

namespace {

struct fixture {
  journal_entry entry(const std::string& id) const {
    return {id,
            "main",
            {{leftover_kind::part, "/backups/prod/\"x\".part", ""},
             {leftover_kind::filestore_links, "/data/filestore", "s-" + id}}};
  }

  size_t count() {
    problems.clear();
    return uut.read(problems).size();
  }

  temporary_directory dir;
  store::journal uut{dir.path()};
  std::vector<std::string> problems;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(journal_tests, fixture)

CAF_TEST(entries are read back by another run in the order of their ids) {
  uut.write(entry("b"));
  uut.write(entry("a"));
  auto found = store::journal{dir.path()}.read(problems);
  CAF_REQUIRE_EQUAL(found.size(), 2u);
  CAF_CHECK(found[0] == entry("a"));
  CAF_CHECK(found[1] == entry("b"));
  CAF_CHECK(problems.empty());
}

CAF_TEST(the newest entry of an operation counts and goes with it) {
  auto x = entry("a");
  uut.write(x);
  x.leftovers.pop_back();
  uut.write(x);
  auto found = uut.read(problems);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(found[0] == x);
  uut.remove("a");
  uut.remove("never written");
  CAF_CHECK_EQUAL(count(), 0u);
}

CAF_TEST(an entry that was being written is no entry) {
  std::ofstream{dir.path() / "a.json.new"} << "{\"oper";
  CAF_CHECK_EQUAL(count(), 0u);
  CAF_CHECK(problems.empty());
}

CAF_TEST(a damaged entry is told and hides no other) {
  uut.write(entry("a"));
  std::ofstream{dir.path() / "b.json"} << "{\"operation\": 7}";
  CAF_CHECK_EQUAL(count(), 1u);
  CAF_REQUIRE_EQUAL(problems.size(), 1u);
  CAF_CHECK(problems[0].find("b.json: operation: ") != std::string::npos);
}

CAF_TEST(a folder that can not be written is said) {
  store::journal nowhere{dir.path() / "nowhere"};
  CAF_CHECK(refusal_of([&] { nowhere.write(entry("a")); }).find("nowhere")
            != std::string::npos);
}

CAF_TEST_FIXTURE_SCOPE_END()
