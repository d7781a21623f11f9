#pragma once

// Programs that are run inside a running container. Closing the stream does
// not end the program, and there is no request that does: it must be signalled
// by its pid (facts/engine-backups-security.md B).

#include "net/engine/client.hpp"
#include "net/engine/output_frames.hpp"

namespace atalaya::net {

struct exec_request {
  std::vector<std::string> command;     ///< Program and arguments; no shell.
  std::vector<std::string> environment; ///< "NAME=value"
  std::string user;                     ///< Empty: the container's.
  std::string folder;                   ///< Empty: the container's.
  bool terminal = false;
  bool input = false; ///< Something will be written to it.
};

struct exec_state {
  bool running = false;
  std::optional<int32_t> exit_code; ///< Of one that has ended.
  int64_t pid = 0;                  ///< On the engine's host; 0: not running.
  bool operator==(const exec_state&) const = default;
};

/// The input and the output of one that was started. Reading and writing may
/// go on at once.
class exec_stream {
public:
  exec_stream(std::shared_ptr<connection> on, std::string first, bool terminal);

  exec_stream(exec_stream&&) = default;

  /// Closes the connection.
  ~exec_stream();

  /// The next output; null when the program has closed it. A terminal's is
  /// raw, and all of it is `output_source::out`. Throws engine_error, also
  /// where the engine has an error to tell instead.
  boost::asio::awaitable<std::optional<output_piece>> next();

  boost::asio::awaitable<void> write(std::string_view bytes);

  /// The program's input ends here.
  void finish_input();

  /// Writes `input` while the output is read, and ends it. A program that
  /// doesn't want it is no error. `ex` is the executor of the stream.
  void provide(const boost::asio::any_io_executor& ex, std::string input);

  /// From now on, whatever is under way after this time fails as a timeout.
  void expires_after(std::chrono::milliseconds timeout);

  /// Ends what is under way.
  void close();

private:
  boost::asio::awaitable<std::string> read();

  std::shared_ptr<connection> on_;
  std::string first_; ///< Came right behind the answer's head.
  bool terminal_;
  output_frames frames_;
};

/// Prepares to run a program; returns the id for the functions below. Status
/// 409: the container isn't running.
boost::asio::awaitable<std::string>
create_exec(engine_client& from, std::string container, exec_request what);

/// Runs it. An id can be started once.
boost::asio::awaitable<exec_stream>
start_exec(engine_client& from, std::string id, bool terminal);

/// Gives its terminal a size. To be called right after the start: up to API
/// 1.41 the size in the start is ignored.
boost::asio::awaitable<void> resize_exec(engine_client& from, std::string id,
                                         uint16_t columns, uint16_t rows);

boost::asio::awaitable<exec_state>
inspect_exec(engine_client& from, std::string id);

} // namespace atalaya::net
