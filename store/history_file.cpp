#include "store/history_file.hpp"

#include <algorithm>

#include "actors/reflect/write_json.hpp"
#include "store/open_history.hpp"
#include "store/operation_json.hpp"

namespace atalaya::store {

namespace {

constexpr uint32_t most_rows = 10'000;

int64_t milliseconds(timestamp x) {
  return x.time_since_epoch().count();
}

timestamp time_of(int64_t x) {
  return timestamp{std::chrono::milliseconds{x}};
}

std::optional<int64_t> bytes(const std::optional<uint64_t>& x) {
  return x ? std::optional{static_cast<int64_t>(*x)} : std::nullopt;
}

std::optional<uint64_t> maybe_bytes(const statement& row, int column) {
  auto x = row.maybe_number(column);
  return x ? std::optional{static_cast<uint64_t>(*x)} : std::nullopt;
}

/// At most `most` bytes of `text`, never half of a UTF-8 character.
std::string_view cut(std::string_view text, size_t most) {
  auto inside_character = [&] { return (text[most] & 0xC0) == 0x80; };
  if (text.size() <= most)
    return text;
  while (most > 0 && inside_character())
    --most;
  return text.substr(0, most);
}

std::vector<operation> all_operations(statement& rows) {
  std::vector<operation> result;
  while (rows.step())
    if (auto x = read_operation(rows.text(0)))
      result.push_back(std::move(*x));
  return result;
}

std::string state_of(const std::optional<operation_state>& x) {
  return x ? to_string(*x) : std::string{};
}

/// `x` as it is after the program died under it.
void interrupt(operation& x, timestamp now) {
  x.error = x.state == operation_state::running
              ? "interrupted: the server ended while this was running; look "
                "at its log, then start it again"
              : "interrupted: the server ended before this began; start it "
                "again";
  x.state = operation_state::interrupted;
  x.finished_at = now;
  x.waits_for.clear();
}

} // namespace

history_file::history_file(const std::filesystem::path& file,
                           history_bounds bounds)
  : file_(file), bounds_(bounds) {
  reopen();
}

void history_file::reopen() {
  db_.reset();
  db_.emplace(open_history(file_));
}

void history_file::record(const operation& x) {
  write(x);
  if (ended(x.state))
    forget_old_operations(x.instance);
}

void history_file::append(const std::string& operation,
                          const std::vector<log_entry>& xs) {
  transaction all{*db_};
  auto line = db_->number(
    "SELECT max(line) FROM operation_log WHERE operation = ?", operation);
  auto insert = db_->prepare("INSERT INTO operation_log VALUES (?, ?, ?, ?)");
  for (auto& x : xs)
    insert
      .bind(operation, ++line, milliseconds(x.at),
            cut(x.text, bounds_.log_line))
      .step();
  db_->run("DELETE FROM operation_log WHERE operation = ? AND line <= ?",
           operation, line - bounds_.log_lines);
  all.commit();
}

void history_file::record(const size_sample& x) {
  auto oldest = milliseconds(x.at - bounds_.samples);
  transaction both{*db_};
  db_->run("INSERT OR REPLACE INTO size_samples VALUES (?, ?, ?, ?, ?, ?, ?)",
           x.instance, x.database, milliseconds(x.at), bytes(x.sizes.database),
           bytes(x.sizes.filestore), static_cast<int64_t>(x.sizes.backups),
           static_cast<int64_t>(x.sizes.total));
  db_->run("DELETE FROM size_samples WHERE instance = ? AND \"database\" = ? "
           "AND at < ?",
           x.instance, x.database, oldest);
  both.commit();
}

void history_file::record(const audit_entry& x) {
  transaction both{*db_};
  db_->run("INSERT INTO audit VALUES (NULL, ?, ?, ?, ?, ?, ?)",
           milliseconds(x.at), x.user, x.address, x.verb, x.object, x.outcome);
  db_->run("DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?",
           int64_t{bounds_.audit});
  both.commit();
}

std::vector<operation> history_file::recover(timestamp now) {
  transaction all{*db_};
  auto rows = db_->prepare("SELECT entity FROM operations WHERE state IN "
                           "('queued', 'running') ORDER BY queued_at, rowid");
  auto result = all_operations(rows);
  for (auto& x : result) {
    interrupt(x, now);
    write(x);
  }
  // What is still in such a state can't be read.
  db_->run("DELETE FROM operations WHERE state IN ('queued', 'running')");
  forget_orphaned_lines();
  // Those of databases that are no more: nobody writes samples of them.
  db_->run("DELETE FROM size_samples WHERE at < ?",
           milliseconds(now - bounds_.samples));
  all.commit();
  return result;
}

std::vector<operation> history_file::find(const operation_query& query) {
  std::string sql = "SELECT entity FROM operations";
  // Parameter 1 is the instance, 2 the state; an empty one is not asked for.
  auto glue = " WHERE ";
  if (query.instance)
    sql += std::string{std::exchange(glue, " AND ")} + "instance = ?1";
  if (query.state)
    sql += std::string{glue} + "state = ?2";
  sql += " ORDER BY queued_at DESC, rowid DESC LIMIT ?3";
  auto rows = db_->prepare(sql);
  rows.bind(query.instance.value_or(""), state_of(query.state),
            int64_t{std::min(query.limit, most_rows)});
  return all_operations(rows);
}

std::optional<operation_record> history_file::get(const std::string& id) {
  auto row = db_->prepare("SELECT entity FROM operations WHERE id = ?");
  if (!row.bind(id).step())
    return std::nullopt;
  auto x = read_operation(row.text(0));
  if (!x)
    return std::nullopt;
  return operation_record{std::move(*x), log_of(id)};
}

std::vector<size_sample> history_file::samples(const std::string& instance,
                                               const std::string& database,
                                               uint32_t days, timestamp now) {
  auto span = std::min(std::chrono::days{days}, bounds_.samples);
  auto row = db_->prepare(
    "SELECT at, database_size, filestore_size, backups_size, total_size "
    "FROM size_samples WHERE instance = ? AND \"database\" = ? AND at >= ? "
    "ORDER BY at");
  row.bind(instance, database, milliseconds(now - span));
  std::vector<size_sample> result;
  while (row.step())
    result.push_back({time_of(row.number(0)),
                      instance,
                      database,
                      {maybe_bytes(row, 1), maybe_bytes(row, 2),
                       static_cast<uint64_t>(row.number(3)),
                       static_cast<uint64_t>(row.number(4))}});
  return result;
}

std::vector<audit_entry> history_file::audit(uint32_t limit) {
  auto row = db_->prepare("SELECT at, user, address, verb, object, outcome "
                          "FROM audit ORDER BY id DESC LIMIT ?");
  row.bind(int64_t{std::min(limit, most_rows)});
  std::vector<audit_entry> result;
  while (row.step())
    result.push_back({time_of(row.number(0)), row.text(1), row.text(2),
                      row.text(3), row.text(4), row.text(5)});
  return result;
}

void history_file::write(const operation& x) {
  auto is_final = ended(x.state) ? 1 : 0;
  db_->run("INSERT INTO operations VALUES (?1, ?2, ?3, ?4, ?5) "
           "ON CONFLICT (id) DO UPDATE SET instance = ?2, state = ?3, "
           "queued_at = ?4, entity = ?5 "
           "WHERE ?6 OR state IN ('queued', 'running')",
           x.id, x.instance, to_string(x.state), milliseconds(x.queued_at),
           to_json(x), int64_t{is_final});
}

void history_file::forget_old_operations(const std::string& instance) {
  db_->run("DELETE FROM operations WHERE rowid IN (SELECT rowid FROM "
           "operations WHERE instance = ? AND state NOT IN ('queued', "
           "'running') ORDER BY queued_at DESC, rowid DESC LIMIT -1 OFFSET ?)",
           instance, int64_t{bounds_.operations});
}

void history_file::forget_orphaned_lines() {
  // Steps from one operation's lines to the next's instead of reading all.
  db_->run("WITH RECURSIVE logs(id) AS (SELECT min(operation) FROM "
           "operation_log UNION ALL SELECT (SELECT min(operation) FROM "
           "operation_log WHERE operation > logs.id) FROM logs WHERE logs.id "
           "IS NOT NULL) DELETE FROM operation_log WHERE operation IN (SELECT "
           "id FROM logs WHERE id NOT IN (SELECT id FROM operations))");
}

std::vector<log_entry> history_file::log_of(const std::string& operation) {
  auto row = db_->prepare(
    "SELECT at, text FROM operation_log WHERE operation = ? ORDER BY line");
  row.bind(operation);
  std::vector<log_entry> result;
  while (row.step())
    result.push_back({time_of(row.number(0)), row.text(1)});
  return result;
}

} // namespace atalaya::store
