#define CAF_SUITE config_cron

#include "config/cron.hpp"

#include <string>

#include <caf/test/dsl.hpp>

using atalaya::config::parse_cron;

namespace {

/// The numbers of set bits, "1 5 9".
template <class Bits>
std::string numbers(const Bits& bits) {
  std::string result;
  for (size_t i = 0; i < bits.size(); ++i)
    if (bits.test(i))
      result += (result.empty() ? "" : " ") + std::to_string(i);
  return result;
}

} // namespace

CAF_TEST(numbers ranges lists and steps name their moments) {
  auto x = parse_cron("0,30 8-10 */10 1-12/6 5");
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(numbers(x->minutes), "0 30");
  CAF_CHECK_EQUAL(numbers(x->hours), "8 9 10");
  CAF_CHECK_EQUAL(numbers(x->days), "1 11 21 31");
  CAF_CHECK_EQUAL(numbers(x->months), "1 7");
  CAF_CHECK_EQUAL(numbers(x->weekdays), "5");
}

CAF_TEST(a step behind one value runs to the end) {
  CAF_CHECK_EQUAL(numbers(parse_cron("50/5 0 1 1 0")->minutes), "50 55");
}

CAF_TEST(months and days of the week have names) {
  auto x = parse_cron("0 0 * feb,dec mon-fri");
  CAF_REQUIRE(x);
  CAF_CHECK_EQUAL(numbers(x->months), "2 12");
  CAF_CHECK_EQUAL(numbers(x->weekdays), "1 2 3 4 5");
}

CAF_TEST(the seventh day is Sunday) {
  CAF_CHECK(parse_cron("0 0 * * 7") == parse_cron("0 0 * * 0"));
  CAF_CHECK_EQUAL(numbers(parse_cron("0 0 * * 5-7")->weekdays), "0 5 6");
}

CAF_TEST(which kind of day is restricted is remembered) {
  CAF_CHECK(!parse_cron("0 0 13 * 5")->any_day);
  CAF_CHECK(!parse_cron("0 0 13 * 5")->any_weekday);
  CAF_CHECK(parse_cron("0 0 * * 5")->any_day);
  CAF_CHECK(parse_cron("0 0 13 * *")->any_weekday);
}

CAF_TEST(anything else is refused) {
  for (auto text :
       {"", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *",
        "* * 32 * *", "* * * 13 *", "* * * * 8", "5-1 * * * *", "*/0 * * * *",
        "1, * * * *", "a * * * *", "1- * * * *", "-1 * * * *", "* * * mon *",
        "@daily", "1//2 * * * *", "*/60 * * * *"})
    CAF_CHECK_EQUAL(parse_cron(text).has_value(), false);
}
