#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <string_view>

namespace atalaya {

/// Takes a dump's bytes. Called by several threads at once with what may lie in
/// any order but must stay in one part; by one alone where order counts. May
/// block; what it throws ends the dump.
using dump_sink = std::function<void(std::string_view bytes)>;

/// Told how much has been written, by one thread at a time.
using dump_progress = std::function<void(uint64_t more)>;

/// Where several threads write one dump: blocks never come to lie inside each
/// other. Whole ones are written side by side, for each thread to compress its
/// own. Thread safe.
class dump_writer {
public:
  /// For a block that comes in pieces: nobody else writes while it lives.
  class block {
  public:
    explicit block(dump_writer& to);

    void write(std::string_view bytes);

  private:
    dump_writer& to_;
    std::unique_lock<std::shared_mutex> alone_;
  };

  /// `stopped` is asked before each write, which then throws
  /// net::wait_cancelled: who waited for another's block must not go on.
  dump_writer(dump_sink sink, dump_progress progress,
              std::function<bool()> stopped);

  /// Writes a whole block.
  void append(std::string_view bytes);

  /// Bytes written so far.
  uint64_t written();

private:
  void write(std::string_view bytes);

  dump_sink sink_;
  dump_progress progress_;
  std::function<bool()> stopped_;
  std::shared_mutex turn_; ///< Shared by whole blocks.
  std::mutex mutex_;       ///< Guards what follows, and `progress_`.
  uint64_t written_ = 0;
};

} // namespace atalaya
