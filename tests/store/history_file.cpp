#define CAF_SUITE store_history_file

#include "store/history_file.hpp"

#include "tests/config/temporary_directory.hpp"
#include "tests/store/refusal.hpp"
#include "tests/store/samples.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace std::chrono_literals;

namespace {

struct fixture {
  store::history_file open(store::history_bounds bounds = {}) {
    return store::history_file{file, bounds};
  }

  /// The ids that a query finds, "c b a".
  std::string found(store::history_file& in, const operation_query& query) {
    std::string result;
    for (auto& x : in.find(query))
      result += (result.empty() ? "" : " ") + x.id;
    return result;
  }

  operation_record get(store::history_file& in, const std::string& id) {
    auto result = in.get(id);
    CAF_REQUIRE(result);
    return std::move(*result);
  }

  operation stored(store::history_file& in, const std::string& id) {
    return get(in, id).operation;
  }

  /// The texts of an operation's log, "a b c".
  std::string log_of(store::history_file& in, const std::string& id) {
    std::string result;
    auto record = get(in, id);
    for (auto& x : record.log)
      result += (result.empty() ? "" : " ") + x.text;
    return result;
  }

  temporary_directory dir;
  std::filesystem::path file = dir.path() / "history.db";
};

std::vector<log_entry> lines(std::initializer_list<const char*> texts) {
  std::vector<log_entry> result;
  for (auto text : texts)
    result.push_back({day_zero, text});
  return result;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(history_file_tests, fixture)

CAF_TEST(an operation is read back as it was written) {
  auto x = ended_operation("a");
  x.error = "x\x01\n\"";
  x.undo_until = day_zero + 24h;
  open().record(x);
  auto found = open().get("a");
  CAF_REQUIRE(found);
  CAF_CHECK_EQUAL(found->operation, x);
  CAF_CHECK_EQUAL(found->log.size(), 0u);
}

CAF_TEST(there is no record of what never was) {
  CAF_CHECK(!open().get("a"));
}

CAF_TEST(an operation recorded again has one row) {
  auto history = open();
  auto x = sample_operation("a");
  history.record(x);
  x.done = 5;
  history.record(x);
  CAF_CHECK_EQUAL(found(history, {}), "a");
  CAF_CHECK_EQUAL(stored(history, "a").done, 5u);
}

CAF_TEST(a late progress does not change how an operation ended) {
  auto history = open();
  history.record(ended_operation("a"));
  history.record(sample_operation("a"));
  CAF_CHECK_EQUAL(stored(history, "a"), ended_operation("a"));
}

CAF_TEST(what ended may learn that it can be undone no more) {
  auto history = open();
  auto x = ended_operation("a");
  x.undo_until = day_zero + 24h;
  history.record(x);
  x.undo_until.reset();
  history.record(x);
  CAF_CHECK_EQUAL(stored(history, "a"), x);
}

CAF_TEST(operations are found newest first) {
  auto history = open();
  for (auto [id, at] : {std::pair{"b", 2}, {"a", 1}, {"d", 3}, {"c", 3}})
    history.record(sample_operation(id, at));
  CAF_CHECK_EQUAL(found(history, {}), "c d b a");
  history.record(sample_operation("d", 3));
  CAF_CHECK_EQUAL(found(history, {}), "c d b a");
  CAF_CHECK_EQUAL(found(history, {std::nullopt, std::nullopt, 2}), "c d");
  CAF_CHECK_EQUAL(found(history, {std::nullopt, std::nullopt, 0}), "");
}

CAF_TEST(operations are found by instance and by state) {
  auto history = open();
  history.record(sample_operation("a", 1));
  history.record(ended_operation("b", 2));
  auto other = ended_operation("c", 3);
  other.instance = "other";
  history.record(other);
  using enum operation_state;
  CAF_CHECK_EQUAL(found(history, {"main", std::nullopt, 9}), "b a");
  CAF_CHECK_EQUAL(found(history, {std::nullopt, succeeded, 9}), "c b");
  CAF_CHECK_EQUAL(found(history, {"main", succeeded, 9}), "b");
  CAF_CHECK_EQUAL(found(history, {"none", std::nullopt, 9}), "");
  CAF_CHECK_EQUAL(found(history, {"", std::nullopt, 9}), "");
}

CAF_TEST(log lines stay in their order) {
  auto history = open();
  history.append("a", lines({"1"})); // may come before its operation
  history.record(sample_operation("a"));
  history.record(sample_operation("b"));
  history.append("a", lines({"2", "3"}));
  history.append("b", lines({"other"}));
  history.append("a", lines({}));
  history.append("a", lines({"4"}));
  CAF_CHECK_EQUAL(log_of(history, "a"), "1 2 3 4");
  CAF_CHECK(get(history, "a").log.at(0).at == day_zero);
}

CAF_TEST(a log keeps its newest lines) {
  auto history = open({.log_lines = 3});
  history.record(sample_operation("a"));
  history.append("a", lines({"1", "2"}));
  history.append("a", lines({"3", "4", "5"}));
  CAF_CHECK_EQUAL(log_of(history, "a"), "3 4 5");
  history.append("a", lines({"6"}));
  CAF_CHECK_EQUAL(log_of(history, "a"), "4 5 6");
}

CAF_TEST(a log has ten thousand lines and no more) {
  auto history = open();
  history.record(sample_operation("a"));
  std::vector<log_entry> many(10'005, {day_zero, "x"});
  many.back().text = "last";
  history.append("a", many);
  auto log = get(history, "a").log;
  CAF_CHECK_EQUAL(log.size(), 10'000u);
  CAF_CHECK_EQUAL(log.back().text, "last");
}

CAF_TEST(a long line is cut between two characters) {
  auto history = open({.log_line = 4});
  history.record(sample_operation("a"));
  history.append("a", lines({"abcñ", "abñd", "abñ"}));
  CAF_CHECK_EQUAL(log_of(history, "a"), "abc abñ abñ");
}

CAF_TEST(the oldest ended operations of an instance go with their logs) {
  auto history = open({.operations = 2});
  history.record(sample_operation("running", 0));
  auto other = ended_operation("other", 0);
  other.instance = "other";
  history.record(other);
  for (int i = 1; i <= 4; ++i) {
    auto id = std::to_string(i);
    history.append(id, lines({"x"}));
    history.record(ended_operation(id, i));
  }
  CAF_CHECK_EQUAL(found(history, {"main", std::nullopt, 9}), "4 3 running");
  CAF_CHECK_EQUAL(found(history, {"other", std::nullopt, 9}), "other");
  store::connection db{file};
  CAF_CHECK_EQUAL(db.number("SELECT count(*) FROM operation_log"), 2);
}

CAF_TEST(what ran or waited is interrupted by the next start) {
  auto first = sample_operation("first", 1);
  auto second = sample_operation("second", 2);
  second.state = operation_state::queued;
  {
    auto history = open();
    history.record(second);
    history.record(ended_operation("done", 3));
    history.record(first);
  }
  auto history = open();
  auto now = day_zero + 1h;
  auto interrupted = history.recover(now);
  CAF_REQUIRE_EQUAL(interrupted.size(), 2u);
  CAF_CHECK_EQUAL(interrupted[0].id, "first");
  CAF_CHECK(interrupted[0].state == operation_state::interrupted);
  CAF_CHECK(interrupted[0].finished_at == now);
  CAF_CHECK_EQUAL(interrupted[0].waits_for.size(), 0u);
  CAF_CHECK_EQUAL(interrupted[0].error.value(),
                  "interrupted: the server ended while this was running; look "
                  "at its log, then start it again");
  CAF_CHECK_EQUAL(interrupted[1].error.value(),
                  "interrupted: the server ended before this began; start it "
                  "again");
  CAF_CHECK_EQUAL(stored(history, "second"), interrupted[1]);
  CAF_CHECK_EQUAL(stored(history, "done"), ended_operation("done", 3));
  CAF_CHECK_EQUAL(history.recover(now).size(), 0u);
}

CAF_TEST(a start forgets lines of operations that were never written) {
  auto history = open();
  for (auto id : {"a", "b", "c", "d"})
    history.append(id, lines({"1", "2"}));
  history.record(ended_operation("a"));
  history.record(ended_operation("c"));
  history.recover(day_zero);
  store::connection db{file};
  CAF_CHECK_EQUAL(db.number("SELECT count(*) FROM operation_log"), 4);
  CAF_CHECK_EQUAL(log_of(history, "c"), "1 2");
}

CAF_TEST(a damaged row does not hide the others) {
  auto history = open();
  history.record(sample_operation("a", 1));
  history.record(sample_operation("b", 2));
  store::connection{file}.execute(
    "UPDATE operations SET entity = '{\"id\":5}' WHERE id = 'a'");
  CAF_CHECK_EQUAL(found(history, {}), "b");
  CAF_CHECK(!history.get("a"));
  CAF_CHECK_EQUAL(history.recover(day_zero).size(), 1u);
}

CAF_TEST(samples are answered oldest first for so many days) {
  auto history = open();
  for (auto age : {0h, 23h, 25h, 72h})
    history.record(sample_sizes("prod", day_zero - age));
  history.record(sample_sizes("other", day_zero));
  auto day = history.samples("main", "prod", 1, day_zero);
  CAF_REQUIRE_EQUAL(day.size(), 2u);
  CAF_CHECK_EQUAL(day[0], sample_sizes("prod", day_zero - 23h));
  CAF_CHECK_EQUAL(day[1], sample_sizes("prod", day_zero));
  CAF_CHECK_EQUAL(history.samples("main", "prod", 90, day_zero).size(), 4u);
  CAF_CHECK_EQUAL(history.samples("main", "prod", ~0u, day_zero).size(), 4u);
  CAF_CHECK_EQUAL(history.samples("none", "prod", 90, day_zero).size(), 0u);
}

CAF_TEST(samples are kept for four hundred days) {
  using std::chrono::days;
  auto history = open();
  history.record(sample_sizes("gone", day_zero));
  history.record(sample_sizes("prod", day_zero));
  history.record(sample_sizes("prod", day_zero + days{1}));
  history.record(sample_sizes("prod", day_zero + days{401}));
  auto now = day_zero + days{401};
  CAF_CHECK_EQUAL(history.samples("main", "prod", 400, now).size(), 2u);
  store::connection db{file};
  auto count = "SELECT count(*) FROM size_samples";
  CAF_CHECK_EQUAL(db.number(count), 3);
  history.recover(now);
  CAF_CHECK_EQUAL(db.number(count), 2);
}

CAF_TEST(a size beyond what signed numbers hold comes back) {
  auto history = open();
  auto x = sample_sizes("prod", day_zero);
  x.sizes = {uint64_t{1} << 60, ~uint64_t{0}, 0, 1};
  history.record(x);
  CAF_CHECK(history.samples("main", "prod", 1, day_zero).at(0) == x);
}

CAF_TEST(the audit is answered newest first and bounded) {
  auto history = open({.audit = 3});
  for (auto verb : {"a", "b", "c", "d"})
    history.record(audit_entry{day_zero, "ana", "::1", verb, "main", "ok"});
  auto all = history.audit(100);
  CAF_REQUIRE_EQUAL(all.size(), 3u);
  CAF_CHECK_EQUAL(all[0],
                  (audit_entry{day_zero, "ana", "::1", "d", "main", "ok"}));
  CAF_CHECK_EQUAL(all[2].verb, "b");
  CAF_CHECK_EQUAL(history.audit(1).size(), 1u);
}

CAF_TEST(a damaged file is kept aside and a new one begun) {
  dir.write("history.db", std::string(5000, 'x'));
  auto history = open();
  history.record(ended_operation("a"));
  CAF_CHECK_EQUAL(found(history, {}), "a");
  auto aside = 0;
  for (auto& entry : std::filesystem::directory_iterator{dir.path()}) {
    auto name = entry.path().filename().string();
    if (name.starts_with("history.db.corrupt-2")) {
      ++aside;
      CAF_CHECK_EQUAL(entry.file_size(), 5000u);
    }
  }
  CAF_CHECK_EQUAL(aside, 1);
}

CAF_TEST(a file that can not be opened is an error that names it) {
  file = dir.path() / "missing" / "history.db";
  auto text = refusal_of([this] { open(); });
  CAF_CHECK(
    text.starts_with(file.string() + ": can't be opened: No such file"));
}

CAF_TEST_FIXTURE_SCOPE_END()
