#define CAF_SUITE lock_table

#include "actors/model/lock_table.hpp"

#include <algorithm>
#include <deque>
#include <random>
#include <set>

#include <caf/test/dsl.hpp>

using namespace atalaya;
using model::lock_table;

namespace {

using strings = std::vector<std::string>;

claim_request
ask(std::string id, std::vector<claim> claims, bool counts = false) {
  return {std::move(id), "main", std::move(claims), counts};
}

claim shared(std::string x) {
  return {std::move(x), false};
}

claim exclusive(std::string x) {
  return {std::move(x), true};
}

} // namespace

CAF_TEST(what conflicts with nothing starts at once) {
  lock_table table{2};
  CAF_CHECK_EQUAL(table.add(ask("a", {exclusive("x")})).start, strings{"a"});
  CAF_CHECK_EQUAL(table.add(ask("b", {exclusive("y")})).start, strings{"b"});
}

CAF_TEST(many may read what one alone may change) {
  lock_table table{2};
  table.add(ask("a", {shared("x")}));
  CAF_CHECK_EQUAL(table.add(ask("b", {shared("x")})).start, strings{"b"});
  auto waits = table.add(ask("c", {exclusive("x")})).wait;
  CAF_REQUIRE_EQUAL(waits.size(), 1u);
  CAF_CHECK_EQUAL(waits[0].waits_for, (strings{"a", "b"}));
  auto later = table.remove("a").wait;
  CAF_REQUIRE_EQUAL(later.size(), 1u);
  CAF_CHECK_EQUAL(later[0].waits_for, strings{"b"});
  CAF_CHECK_EQUAL(table.remove("b").start, strings{"c"});
}

CAF_TEST(none overtakes an earlier one that it conflicts with) {
  lock_table table{2};
  table.add(ask("reader", {shared("x")}));
  table.add(ask("writer", {exclusive("x")}));
  auto waits = table.add(ask("late reader", {shared("x")})).wait;
  CAF_REQUIRE_EQUAL(waits.size(), 1u);
  CAF_CHECK_EQUAL(waits[0].waits_for, strings{"writer"});
}

CAF_TEST(one that conflicts with nobody overtakes those who wait) {
  lock_table table{2};
  table.add(ask("a", {exclusive("x")}));
  table.add(ask("b", {exclusive("x")}));
  CAF_CHECK_EQUAL(table.add(ask("c", {exclusive("y")})).start, strings{"c"});
}

CAF_TEST(places are counted per instance and only for those that count) {
  lock_table table{1};
  table.add(ask("a", {exclusive("x")}, true));
  auto waits = table.add(ask("b", {exclusive("y")}, true)).wait;
  CAF_CHECK_EQUAL(waits.at(0).waits_for, strings{"a"});
  CAF_CHECK_EQUAL(table.add(ask("c", {exclusive("z")})).start, strings{"c"});
  claim_request other{"d", "other", {exclusive("u")}, true};
  CAF_CHECK_EQUAL(table.add(other).start, strings{"d"});
  CAF_CHECK_EQUAL(table.remove("a").start, strings{"b"});
}

CAF_TEST(one that is cancelled in the queue lets the next on) {
  lock_table table{2};
  table.add(ask("a", {shared("x")}));
  table.add(ask("b", {exclusive("x")}));
  table.add(ask("c", {shared("x")}));
  CAF_CHECK_EQUAL(table.remove("b").start, strings{"c"});
  CAF_CHECK(table.remove("nobody").start.empty());
}

// The model: a plain list, gone over from the start after every step, that
// asks of each state only what the rule says.
CAF_TEST(a hundred thousand random steps keep the rules) {
  std::mt19937 random{42};
  auto below = [&](size_t n) { return static_cast<size_t>(random() % n); };
  constexpr size_t places = 2;
  lock_table table{places};
  std::deque<claim_request> all;
  std::set<std::string> running;
  size_t next = 0;
  auto conflicts = [](const claim_request& x, const claim_request& y) {
    for (const auto& a : x.claims)
      for (const auto& b : y.claims)
        if (a.resource == b.resource && (a.exclusive || b.exclusive))
          return true;
    return false;
  };
  for (int step = 0; step < 100'000; ++step) {
    lock_table::effects effects;
    if (all.size() < 12 && below(2) == 0) {
      claim_request x{
        std::to_string(next++), below(2) ? "main" : "test", {}, below(2) == 0};
      for (size_t i = 0; i <= below(3); ++i)
        x.claims.push_back(
          {std::string(1, char('a' + below(4))), below(2) == 0});
      all.push_back(x);
      effects = table.add(x);
    } else if (!all.empty()) {
      auto i = all.begin() + static_cast<ptrdiff_t>(below(all.size()));
      auto id = i->operation;
      running.erase(id);
      all.erase(i);
      effects = table.remove(id);
    }
    for (const auto& id : effects.start)
      CAF_REQUIRE(running.insert(id).second);
    for (size_t i = 0; i < all.size(); ++i) {
      auto runs = running.contains(all[i].operation);
      auto free = true;
      size_t taken = 0;
      for (size_t j = 0; j < all.size(); ++j) {
        if (i == j)
          continue;
        auto other_runs = running.contains(all[j].operation);
        if (conflicts(all[i], all[j]) && (other_runs || j < i))
          free = false;
        if (other_runs && all[j].counts && all[j].instance == all[i].instance)
          ++taken;
      }
      if (all[i].counts && taken >= places)
        free = false;
      if (runs) // it never began beside one it conflicts with
        for (size_t j = 0; j < all.size(); ++j)
          CAF_REQUIRE(i == j || !running.contains(all[j].operation)
                      || !conflicts(all[i], all[j]));
      else // and nobody waits who could run
        CAF_REQUIRE(!free);
    }
    CAF_REQUIRE_EQUAL(table.size(), all.size());
  }
}
