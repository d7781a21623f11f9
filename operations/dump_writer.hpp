#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>

namespace atalaya {

/// Takes a dump's bytes, in order. Called by several threads, by one at a time.
/// May block; what it throws ends the dump.
using dump_sink = std::function<void(std::string_view bytes)>;

/// Told how much has been written, likewise by one thread at a time.
using dump_progress = std::function<void(uint64_t more)>;

/// Where several threads write one dump: blocks never come to lie inside each
/// other. Thread safe.
class dump_writer {
public:
  /// For a block that comes in pieces: nobody else writes while it lives.
  class block {
  public:
    explicit block(dump_writer& to);

    void write(std::string_view bytes);

  private:
    dump_writer& to_;
    std::unique_lock<std::mutex> lock_;
  };

  /// `stopped` is asked before each write, which then throws
  /// net::wait_cancelled: who waited for another's block must not go on.
  dump_writer(dump_sink sink, dump_progress progress,
              std::function<bool()> stopped);

  /// Writes a whole block.
  void append(std::string_view bytes);

  /// Bytes written so far. No block may be alive on this thread.
  uint64_t written();

private:
  std::mutex mutex_;
  dump_sink sink_;
  dump_progress progress_;
  std::function<bool()> stopped_;
  uint64_t written_ = 0;
};

} // namespace atalaya
