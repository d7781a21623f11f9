#define CAF_SUITE store_history

#include "store/history.hpp"

#include <fstream>

#include "store/history_file.hpp"
#include "tests/config/temporary_directory.hpp"
#include "tests/store/samples.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;

namespace {

struct fixture : test_coordinator_fixture<> {
  fixture() {
    aut = sys.spawn(store::history,
                    std::make_shared<store::history_file>(file));
    consume_messages();
  }

  ~fixture() override {
    self->send_exit(aut, caf::exit_reason::user_shutdown);
  }

  /// Asks the actor; the error comes out through `err`.
  template <class T, class... Ts>
  T ask(const Ts&... xs) {
    auto reply = self->request(aut, caf::infinite, xs...);
    consume_messages();
    T result{};
    reply.receive([&](T& x) { result = std::move(x); },
                  [&](caf::error& x) { err = std::move(x); });
    return result;
  }

  template <class... Ts>
  void tell(const Ts&... xs) {
    self->send(aut, xs...);
    consume_messages();
  }

  /// Writes over the pages of the file, as a failing disk may.
  void damage() {
    store::connection{file}.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    std::fstream out{file, std::ios::in | std::ios::out | std::ios::binary};
    out.seekp(0);
    out << std::string(200'000, 'x');
  }

  temporary_directory dir;
  std::filesystem::path file = dir.path() / "history.db";
  history_actor aut;
  caf::error err;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(history_tests, fixture)

CAF_TEST(every kind of row is written and answered) {
  auto now = std::chrono::floor<std::chrono::milliseconds>(
    std::chrono::system_clock::now());
  auto sample = sample_sizes("prod", now);
  audit_entry entry{now, "ana", "::1", "start", "main", "ok"};
  tell(atom::record_v, ended_operation("a"));
  tell(atom::log_v, std::string{"a"},
       std::vector<log_entry>{{day_zero, "line"}});
  tell(atom::record_v, sample);
  tell(atom::record_v, entry);
  auto record = ask<operation_record>(atom::get_v, std::string{"a"});
  CAF_CHECK_EQUAL(record.operation, ended_operation("a"));
  CAF_CHECK_EQUAL(record.log, (std::vector<log_entry>{{day_zero, "line"}}));
  CAF_CHECK_EQUAL(ask<std::vector<operation>>(operation_query{}),
                  std::vector{ended_operation("a")});
  CAF_CHECK_EQUAL(
    ask<std::vector<size_sample>>(atom::samples_v, std::string{"main"},
                                  std::string{"prod"}, uint32_t{1}),
    std::vector{sample});
  CAF_CHECK_EQUAL(ask<std::vector<audit_entry>>(atom::audit_v, uint32_t{9}),
                  std::vector{entry});
  CAF_CHECK(!err);
}

CAF_TEST(an operation that never was is not found) {
  ask<operation_record>(atom::get_v, std::string{"a"});
  CAF_CHECK(code_of(err) == errc::not_found);
  CAF_CHECK_EQUAL(sentence_of(err), "there is no operation a");
}

CAF_TEST(recovery answers what was interrupted once) {
  tell(atom::record_v, sample_operation("a"));
  auto first = ask<std::vector<operation>>(atom::recover_v);
  CAF_REQUIRE_EQUAL(first.size(), 1u);
  CAF_CHECK(first[0].state == operation_state::interrupted);
  CAF_CHECK_EQUAL(ask<std::vector<operation>>(atom::recover_v).size(), 0u);
}

CAF_TEST(a file that is damaged meanwhile is replaced and writing goes on) {
  tell(atom::record_v, ended_operation("a"));
  damage();
  tell(atom::record_v, ended_operation("b"));
  auto found = ask<std::vector<operation>>(operation_query{});
  CAF_CHECK(!err);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK_EQUAL(found[0].id, "b");
}

CAF_TEST(a disk that fails costs the rows and not the actor) {
  store::connection other{file};
  other.execute("DROP TABLE audit");
  tell(atom::record_v, audit_entry{});
  ask<std::vector<audit_entry>>(atom::audit_v, uint32_t{9});
  CAF_CHECK(code_of(err) == errc::unavailable);
  tell(atom::record_v, ended_operation("b"));
  CAF_CHECK_EQUAL(ask<std::vector<operation>>(operation_query{}).size(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
