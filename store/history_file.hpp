#pragma once

#include "actors/messages.hpp"
#include "store/sqlite.hpp"

namespace atalaya::store {

/// How much history is kept; what is older goes as something new comes.
struct history_bounds {
  uint32_t operations = 10'000; ///< Ended ones, per instance.
  uint32_t log_lines = 10'000;  ///< Per operation.
  uint32_t log_line = 8'192;    ///< Bytes of one line.
  uint32_t audit = 100'000;
  std::chrono::days samples{400};
};

/// What Atalaya remembers, in history.db. Blocks; belongs to one thread at a
/// time. All throw `sqlite_error`.
class history_file {
public:
  /// See `open_history`.
  explicit history_file(const std::filesystem::path& file,
                        history_bounds bounds = {});

  /// Writes `x`, or overwrites the row of its id. One that has ended stays as
  /// it ended: a late progress changes nothing.
  void record(const operation& x);

  /// Adds lines behind those that the operation has.
  void append(const std::string& operation, const std::vector<log_entry>& xs);

  void record(const size_sample& x);

  void record(const audit_entry& x);

  /// Marks what was queued or running as interrupted at `now`, and answers
  /// those operations, oldest first. Only before anything new has begun.
  std::vector<operation> recover(timestamp now);

  /// Newest first; at most 10,000.
  std::vector<operation> find(const operation_query& query);

  std::optional<operation_record> get(const std::string& id);

  /// Samples of the last `days` days before `now`, oldest first.
  std::vector<size_sample> samples(const std::string& instance,
                                   const std::string& database, uint32_t days,
                                   timestamp now);

  /// The newest `limit` entries, newest first.
  std::vector<audit_entry> audit(uint32_t limit);

  /// After an error: opens the file anew, or a new one where it is corrupt.
  void reopen();

private:
  void write(const operation& x);

  void forget_old_operations(const std::string& instance);

  void forget_orphaned_lines();

  std::vector<log_entry> log_of(const std::string& operation);

  std::filesystem::path file_;
  history_bounds bounds_;
  std::optional<connection> db_;
};

} // namespace atalaya::store
