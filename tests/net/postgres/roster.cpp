#define CAF_SUITE postgres_roster

#include "net/postgres/roster.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::net::pg;
using namespace std::chrono_literals;

namespace {

struct fixture {
  void see(uint64_t writes, std::string name = "prod") {
    sighting x;
    x.oid = 1;
    x.name = std::move(name);
    x.listed = true;
    x.open = true;
    x.writes = writes;
    uut.sighted({x}, now);
  }

  bool measures() {
    return !uut.to_measure(now).empty();
  }

  bool inspects() {
    return !uut.to_inspect(now).empty();
  }

  catalog_row row() const {
    return uut.rows().at(0);
  }

  static details ready() {
    return {1, true, "19.0.1.3", false};
  }

  roster uut;
  roster::time_point now{1h};
  timestamp wall{1'700'000'000s};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(roster_tests, fixture)

CAF_TEST(a database is measured when it is first seen and then only on writes) {
  see(7);
  CAF_CHECK(measures());
  CAF_CHECK(!measures());
  now += 60s;
  see(7);
  CAF_CHECK(!measures());
  see(8);
  CAF_CHECK(measures());
}

CAF_TEST(a busy database is measured every ten seconds) {
  see(1);
  CAF_CHECK(measures());
  for (auto i = 1; i <= 4; ++i) {
    now += 2s;
    see(1 + i);
    CAF_CHECK(!measures());
  }
  now += 2s;
  see(6);
  CAF_CHECK(measures());
}

CAF_TEST(a quiet database is measured every five minutes) {
  see(1);
  CAF_CHECK(measures());
  now += 4min + 59s;
  see(1);
  CAF_CHECK(!measures());
  now += 1s;
  CAF_CHECK(measures());
}

CAF_TEST(counters that begin anew after a crash are a change) {
  see(1000);
  CAF_CHECK(measures());
  now += 10s;
  see(0);
  CAF_CHECK(measures());
}

CAF_TEST(rows written while a question is under way are asked for again) {
  see(1);
  CAF_CHECK(inspects());
  see(2);
  uut.inspected(1, ready());
  now += 10s;
  CAF_CHECK(inspects());
}

CAF_TEST(a question that failed keeps what is known and is put again) {
  see(1);
  CAF_CHECK(measures());
  CAF_CHECK(inspects());
  uut.measured(1, 4711, wall);
  uut.inspected(1, ready());
  now += 5min;
  CAF_CHECK(measures());
  CAF_CHECK(inspects());
  uut.not_measured({1});
  uut.inspected(1, std::nullopt);
  CAF_CHECK_EQUAL(row().size, 4711u);
  CAF_CHECK_EQUAL(row().base_version, "19.0.1.3");
  CAF_CHECK(!measures());
  now += 10s;
  CAF_CHECK(measures());
  CAF_CHECK(inspects());
}

CAF_TEST(a size that nobody tells us is null and not zero) {
  see(1);
  CAF_CHECK(measures());
  uut.measured(1, std::nullopt, wall);
  CAF_CHECK(!row().size);
  CAF_CHECK(!row().sized_at);
}

CAF_TEST(a newcomer is looked into every two seconds until Odoo is done) {
  uut.sighted({}, now);
  now += 2s;
  see(1);
  CAF_CHECK(inspects());
  uut.inspected(1, details{1, true, std::nullopt, false});
  now += 1s;
  CAF_CHECK(!inspects());
  now += 1s;
  CAF_CHECK(inspects());
  uut.inspected(1, ready());
  now += 2s;
  CAF_CHECK(!inspects());
}

CAF_TEST(a newcomer that stays empty is looked into seldom after a minute) {
  uut.sighted({}, now);
  see(1);
  CAF_CHECK(inspects());
  uut.inspected(1, details{1, false, std::nullopt, false});
  now += 61s;
  CAF_CHECK(!inspects());
  see(2);
  CAF_CHECK(inspects());
}

CAF_TEST(what was there from the first is no newcomer) {
  see(1);
  CAF_CHECK(inspects());
  uut.inspected(1, details{1, false, std::nullopt, false});
  now += 2s;
  see(1);
  CAF_CHECK(!inspects());
}

CAF_TEST(one that may not be connected to is measured but not looked into) {
  uut.sighted({{1, "shut", false, false, 0, 0}}, now);
  CAF_CHECK(measures());
  CAF_CHECK(!inspects());
}

CAF_TEST(a renamed database keeps what is known of it) {
  see(1);
  CAF_CHECK(measures());
  uut.measured(1, 4711, wall);
  see(1, "renamed");
  CAF_CHECK_EQUAL(row().name, "renamed");
  CAF_CHECK_EQUAL(row().size, 4711u);
  CAF_CHECK(!measures());
}

CAF_TEST(a dropped database is forgotten and answers about it are ignored) {
  see(1);
  CAF_CHECK(measures());
  CAF_CHECK(inspects());
  uut.sighted({}, now);
  uut.measured(1, 4711, wall);
  uut.inspected(1, ready());
  CAF_CHECK(uut.rows().empty());
}

CAF_TEST(another cluster at the same address is asked for everything) {
  see(1);
  CAF_CHECK(measures());
  CAF_CHECK(inspects());
  uut.suspect_all();
  CAF_CHECK(measures());
  CAF_CHECK(inspects());
}

CAF_TEST(rows are in the order of their names) {
  uut.sighted({{3, "b", true, true, 0, 0},
               {1, "c", true, true, 0, 0},
               {2, "a", true, true, 0, 0}},
              now);
  auto rows = uut.rows();
  CAF_REQUIRE_EQUAL(rows.size(), 3u);
  CAF_CHECK_EQUAL(rows[0].name, "a");
  CAF_CHECK_EQUAL(rows[2].name, "c");
}

CAF_TEST_FIXTURE_SCOPE_END()
