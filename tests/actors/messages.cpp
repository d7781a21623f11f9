#define CAF_SUITE messages

#include "actors/interfaces.hpp"

#include "tests/actors/fixture.hpp"

using namespace atalaya;
using namespace std::chrono_literals;

namespace {

/// Fills every field with something that is not its default.
struct filler {
  int next = 1;

  template <class T>
  void fill(T& x) {
    if constexpr (std::is_same_v<T, bool>) {
      x = true;
    } else if constexpr (std::is_enum_v<T>) {
      x = static_cast<T>(1);
    } else if constexpr (std::is_arithmetic_v<T>) {
      x = static_cast<T>(next++);
    } else if constexpr (std::is_same_v<T, std::string>) {
      x = "text " + std::to_string(next++);
    } else if constexpr (std::is_same_v<T, timestamp>) {
      x = timestamp{std::chrono::milliseconds{next++}};
    } else if constexpr (std::is_same_v<T, std::chrono::milliseconds>) {
      x = std::chrono::milliseconds{next++};
    } else if constexpr (requires { typename T::mapped_type; }) {
      fill(x["key"]);
    } else if constexpr (requires { x.emplace_back(); }) {
      fill(x.emplace_back());
    } else if constexpr (requires { x.has_value(); }) {
      fill(x.emplace());
    } else {
      for_each_field(x, [this](std::string_view, auto& field) { fill(field); });
    }
  }
};

using fixture = test_coordinator_fixture<test::config>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(message_tests, fixture)

CAF_TEST(every message survives the way to another machine) {
  auto check = [this]<class T>(T x) {
    CAF_CHECK(roundtrip(x) == x);
    filler{}.fill(x);
    CAF_CHECK(x != T{});
    CAF_CHECK(roundtrip(x) == x);
    auto msg = caf::make_message(x);
    CAF_CHECK(roundtrip(msg).template get_as<T>(0) == x);
  };
  check(instance{});
  check(database{});
  check(container{});
  check(backup{});
  check(operation{});
  check(log_entry{});
  check(container_facts{});
  check(engine_status{});
  check(container_list{});
  check(catalog_row{});
  check(catalog{});
  check(postgres_target{});
  check(instance_plan{});
  check(survey{});
  check(survey_request{});
  check(backup_listing{});
  check(backup_place{});
  check(backup_change{});
  check(operation_request{});
  check(progress{});
  check(outcome{});
  check(claim_request{});
  check(operation_query{});
  check(operation_record{});
  check(size_sample{});
  check(audit_entry{});
  check(principal{});
  check(sign_in{});
  check(subscription{});
  check(topic_view{});
}

CAF_TEST(an error carries its code and its sentence) {
  auto err = failure(errc::conflict, "why; what to do");
  CAF_CHECK_EQUAL(code_of(err), errc::conflict);
  CAF_CHECK_EQUAL(sentence_of(err), "why; what to do");
  auto copy = roundtrip(err);
  CAF_CHECK_EQUAL(code_of(copy), errc::conflict);
  CAF_CHECK_EQUAL(sentence_of(copy), "why; what to do");
  CAF_CHECK_EQUAL(code_of(caf::sec::request_timeout), errc::unavailable);
  CAF_CHECK_EQUAL(code_of(caf::sec::runtime_error), errc::internal);
}

CAF_TEST_FIXTURE_SCOPE_END()
