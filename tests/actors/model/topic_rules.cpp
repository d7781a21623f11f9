#define CAF_SUITE topic_rules

#include "actors/model/topic.hpp"

#include <random>

#include <caf/test/dsl.hpp>

using namespace atalaya::model;

namespace {

json_ptr json(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

/// "a=1 b=- #3": values, removals and lines in order of their sequence.
std::string print(const topic::debt& x) {
  std::string result = x.resumed ? "resumed" : "all";
  for (const auto& change : x.changes)
    result += change.line
                ? " #" + *change.value
                : " " + change.key + "=" + (change.value ? *change.value : "-");
  if (x.dropped > 0)
    result += " dropped " + std::to_string(x.dropped);
  return result;
}

struct fixture {
  topic uut{"e1", {.removals = 2, .lines = 3}};

  std::string from(uint64_t after, std::string epoch = "e1") {
    return print(uut.subscribe(after, epoch, std::nullopt));
  }

  std::string line(const std::string& text) {
    return *uut.log([&](uint64_t) { return text; }).value;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(topic_tests, fixture)

CAF_TEST(a value that is the same is no change) {
  CAF_CHECK(uut.put("a", json("1")).has_value());
  CAF_CHECK(!uut.put("a", json("1")).has_value());
  CAF_CHECK_EQUAL(uut.seq(), 1u);
  CAF_CHECK(!uut.remove("b").has_value());
}

CAF_TEST(a key that is replaced moves to the end) {
  uut.put("a", json("1"));
  uut.put("b", json("1"));
  uut.put("a", json("2"));
  CAF_CHECK_EQUAL(print(uut.subscribe({}, {}, {})), "all b=1 a=2");
  CAF_CHECK_EQUAL(from(1), "resumed b=1 a=2");
  CAF_CHECK_EQUAL(from(2), "resumed a=2");
  CAF_CHECK_EQUAL(from(3), "resumed");
}

CAF_TEST(who comes back hears of what was removed) {
  uut.put("a", json("1"));
  uut.remove("a");
  uut.put("b", json("1"));
  CAF_CHECK_EQUAL(from(1), "resumed a=- b=1");
  uut.put("a", json("3"));
  CAF_CHECK_EQUAL(from(1), "resumed b=1 a=3");
}

CAF_TEST(who would miss a forgotten removal gets everything) {
  for (auto key : {"a", "b", "c"})
    uut.put(key, json("1"));
  for (auto key : {"a", "b", "c"})
    uut.remove(key);
  CAF_CHECK_EQUAL(from(3), "all");
  CAF_CHECK_EQUAL(from(4), "resumed b=- c=-");
}

CAF_TEST(another epoch or a future place gets everything) {
  uut.put("a", json("1"));
  CAF_CHECK_EQUAL(from(1, "e0"), "all a=1");
  CAF_CHECK_EQUAL(from(2), "all a=1");
  CAF_CHECK_EQUAL(print(uut.subscribe(1, std::nullopt, {})), "all a=1");
}

CAF_TEST(lines share the sequence and the oldest are dropped) {
  uut.put("a", json("1"));
  for (auto text : {"l2", "l3", "l4", "l5"})
    line(text);
  CAF_CHECK_EQUAL(print(uut.subscribe({}, {}, {})),
                  "all a=1 #l3 #l4 #l5 dropped 1");
  CAF_CHECK_EQUAL(from(2), "resumed #l3 #l4 #l5");
  CAF_CHECK_EQUAL(from(1), "resumed #l3 #l4 #l5 dropped 1");
  CAF_CHECK_EQUAL(print(uut.subscribe({}, {}, 2)), "all a=1 #l4 #l5");
  CAF_CHECK_EQUAL(print(uut.subscribe({}, {}, 0)), "all a=1");
}

// A client that is cut off at random places and comes back with the last
// sequence number it saw, against one that was always there.
CAF_TEST(a client that resumes ends with what one has that never left) {
  std::mt19937 random{7};
  topic long_lived{"e", {.removals = 16, .lines = 16}};
  std::map<std::string, std::string> truth, seen;
  uint64_t last = 0;
  size_t resumed = 0;
  for (int step = 0; step < 100'000; ++step) {
    auto key = std::string(1, char('a' + random() % 8));
    if (random() % 3 == 0) {
      long_lived.remove(key);
      truth.erase(key);
    } else {
      truth[key] = std::to_string(random() % 4);
      long_lived.put(key, json(truth[key]));
    }
    if (random() % 5 != 0)
      continue;
    auto debt = long_lived.subscribe(last, "e", {});
    if (!debt.resumed)
      seen.clear();
    resumed += debt.resumed;
    // Cut off again somewhere in the middle of what it is owed; a snapshot
    // comes whole or not at all.
    auto take = debt.resumed && random() % 2 ? random() % 4 : size_t(-1);
    for (const auto& change : debt.changes) {
      if (take-- == 0)
        break;
      CAF_REQUIRE(change.seq > last || !debt.resumed);
      last = change.seq;
      if (change.value)
        seen[change.key] = *change.value;
      else
        seen.erase(change.key);
    }
    if (!debt.resumed)
      last = long_lived.seq();
    if (last == long_lived.seq())
      CAF_REQUIRE_EQUAL(seen, truth);
  }
  CAF_CHECK(resumed > 10'000);
}

CAF_TEST_FIXTURE_SCOPE_END()
