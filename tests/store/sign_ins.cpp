#define CAF_SUITE store_sign_ins

#include "store/sign_ins.hpp"

#include "store/open_history.hpp"
#include "tests/config/temporary_directory.hpp"
#include "tests/store/samples.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace std::chrono_literals;
using std::chrono::days;

namespace {

struct fixture {
  store::sign_ins open(timestamp now, store::sign_in_bounds bounds = {}) {
    return {store::open_history(file), now, bounds};
  }

  temporary_directory dir;
  std::filesystem::path file = dir.path() / "history.db";
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(sign_ins_tests, fixture)

CAF_TEST(a session outlives a restart) {
  open(day_zero).add("id", "ana", "c", day_zero);
  auto uut = open(day_zero + 24h);
  auto found = uut.find("id", day_zero + 24h);
  CAF_REQUIRE(found);
  CAF_CHECK_EQUAL(found->user, "ana");
  CAF_CHECK_EQUAL(found->credential, "c");
  CAF_CHECK(found->created == day_zero);
}

CAF_TEST(a session that was removed stays so after a restart) {
  {
    auto uut = open(day_zero);
    uut.add("id", "ana", "c", day_zero);
    uut.remove("id");
    CAF_CHECK(!uut.find("id", day_zero));
  }
  CAF_CHECK_EQUAL(open(day_zero).size(), 0u);
}

CAF_TEST(an unused session ends after a week) {
  auto uut = open(day_zero);
  uut.add("id", "ana", "c", day_zero);
  CAF_CHECK(uut.find("id", day_zero + days{7} - 1ms));
  CAF_CHECK(!uut.find("id", day_zero + days{7}));
  CAF_CHECK_EQUAL(open(day_zero + days{7}).size(), 0u);
}

CAF_TEST(a used session ends after thirty days) {
  auto uut = open(day_zero);
  uut.add("id", "ana", "c", day_zero);
  for (auto at = day_zero; at < day_zero + days{30}; at += days{1})
    uut.touch("id", at);
  CAF_CHECK(uut.find("id", day_zero + days{30} - 1ms));
  CAF_CHECK(!uut.find("id", day_zero + days{30}));
  CAF_CHECK_EQUAL(uut.expire(day_zero + days{30}).size(), 1u);
  CAF_CHECK_EQUAL(uut.size(), 0u);
}

CAF_TEST(use is written down every five minutes only) {
  auto uut = open(day_zero);
  uut.add("id", "ana", "c", day_zero);
  store::connection db{file};
  auto seen = [&] { return db.number("SELECT seen FROM sign_ins"); };
  auto before = seen();
  uut.touch("id", day_zero + 5min - 1ms);
  CAF_CHECK_EQUAL(seen(), before);
  uut.touch("id", day_zero + 5min);
  CAF_CHECK_EQUAL(seen(), before + 300'000);
}

CAF_TEST(the session that is longest unused makes room for a new one) {
  auto uut = open(day_zero, {.per_user = 2});
  CAF_CHECK_EQUAL(uut.add("a", "ana", "c", day_zero).size(), 0u);
  uut.add("x", "bo", "c", day_zero);
  uut.add("b", "ana", "c", day_zero + 1s);
  uut.touch("a", day_zero + 2s);
  auto gone = uut.add("c", "ana", "c", day_zero + 3s);
  CAF_CHECK_EQUAL(gone, std::vector<std::string>{"b"});
  CAF_CHECK_EQUAL(uut.size(), 3u);
}

CAF_TEST(a disk that fails leaves memory) {
  auto uut = open(day_zero);
  store::connection{file}.execute("DROP TABLE sign_ins");
  uut.add("id", "ana", "c", day_zero);
  CAF_CHECK(uut.find("id", day_zero));
  uut.remove("id");
  CAF_CHECK(!uut.find("id", day_zero));
}

CAF_TEST_FIXTURE_SCOPE_END()
