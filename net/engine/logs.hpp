#pragma once

#include "net/engine/client.hpp"
#include "net/engine/log_lines.hpp"

namespace atalaya::net {

/// Which lines of a container's log.
struct log_query {
  std::optional<log_time> since = {}; ///< Inclusive.
  std::optional<log_time> until = {};
  std::optional<uint32_t> tail = {}; ///< At most so many of the newest.
  bool follow = false;               ///< Until the container ends.
};

/// The lines of a log as they come. Slow readers are waited for, by the engine
/// and, when its buffers are full, by the container itself.
class log_stream {
public:
  log_stream(response from, bool terminal)
    : from_(std::move(from)), terminal_(terminal), lines_(terminal) {
    // nop
  }

  /// The next lines, at least one; null at the end: the container has ended,
  /// or was not running. Throws engine_error.
  boost::asio::awaitable<std::optional<std::vector<container_line>>> next();

private:
  void take(std::string bytes);

  response from_;
  bool terminal_;
  bool ended_ = false;
  output_frames frames_;
  log_lines_reader lines_;
};

/// Begins to read a log. `terminal` is `container_facts::tty`: up to API 1.41
/// nothing in the answer tells the two forms apart. Status 404: there is no
/// such container; 409 or 500: it keeps no log that can be read.
boost::asio::awaitable<log_stream> logs(engine_client& from,
                                        std::string container, bool terminal,
                                        log_query which);

} // namespace atalaya::net
