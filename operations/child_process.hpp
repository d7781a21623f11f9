#pragma once

// A program on this host that is talked to while it runs. Not thread safe: it
// lives on the executor of the coroutine that started it.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <sys/types.h>

namespace atalaya {

class child_process {
public:
  struct request {
    std::vector<std::string> command; ///< Path and arguments; no shell.
    /// "NAME=value", in place of or beside this program's own.
    std::vector<std::string> environment;
  };

  /// Throws operation_failure where it can't be started.
  child_process(const boost::asio::any_io_executor& ex, const request& what);

  /// Kills it where it still runs, and waits for its end.
  ~child_process();

  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  /// The next output, empty at its end. Throws operation_failure when nothing
  /// comes for `silence`.
  boost::asio::awaitable<std::string> read(std::chrono::milliseconds silence);

  /// Writes all of `bytes` to its input. Throws operation_failure when it takes
  /// nothing for `silence`; one that has closed its input is no error, its exit
  /// code will say why.
  boost::asio::awaitable<void>
  write(std::string_view bytes, std::chrono::milliseconds silence);

  void close_input();

  /// Its exit code once it has ended; 128 and the signal where one ended it.
  /// Throws operation_failure when it doesn't end for `silence`.
  boost::asio::awaitable<int> exit_code(std::chrono::milliseconds silence);

  /// The end of what it printed as errors.
  std::string errors();

private:
  using descriptor = boost::asio::posix::stream_descriptor;

  boost::asio::awaitable<void> ready(descriptor& on, descriptor::wait_type what,
                                     std::chrono::milliseconds silence);

  std::string name_;
  descriptor in_;
  descriptor out_;
  descriptor errors_; ///< A file in memory: nobody has to empty it.
  pid_t pid_ = 0;     ///< 0: it has ended and was waited for.
};

} // namespace atalaya
