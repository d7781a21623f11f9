#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/engine/output_frames.hpp"

namespace atalaya::net {

/// To the nanosecond, because the place in a log is remembered by it.
using log_time = std::chrono::sys_time<std::chrono::nanoseconds>;

/// Reads RFC 3339 with any fraction and offset; null where it isn't that.
std::optional<log_time> parse_log_time(std::string_view text);

/// One line of what a container prints: valid UTF-8, without its end.
struct container_line {
  output_source source = output_source::out;
  log_time at;
  std::string text;
  bool operator==(const container_line&) const = default;
};

/// Puts lines together from output with timestamps. An engine cuts a long line
/// into parts of some KiB, and begins each with the time; Docker repeats the
/// line's, Podman has seconds only (facts/engine-backups-security.md B).
class log_lines_reader {
public:
  /// A line has at most `limit` bytes; the rest is left out, and counted in
  /// its text. A `terminal` has no frames.
  explicit log_lines_reader(bool terminal, size_t limit = 256 * 1024)
    : terminal_(terminal), limit_(limit) {
    // nop
  }

  /// Takes a frame or a part of one; a terminal's output is one frame that
  /// never ends.
  void feed(const output_piece& x);

  /// The output has ended: what has no newline is a line as well.
  void finish();

  /// The lines that are whole.
  std::vector<container_line> take();

private:
  struct partial {
    std::string stamp; ///< As much of one as was read.
    bool stamp_is_next = true;
    bool under_way = false; ///< Something of the line was read.
    std::string first_stamp;
    log_time at;
    std::string text;
    size_t left_out = 0;
  };

  std::string_view read_stamp(partial& to, std::string_view bytes);

  void add(partial& to, std::string_view bytes) const;

  void end(output_source source, partial& x);

  bool terminal_;
  size_t limit_;
  std::map<output_source, partial> partials_;
  std::vector<container_line> ready_;
};

} // namespace atalaya::net
