#pragma once

#include <chrono>

#include <boost/asio/awaitable.hpp>

#include "actors/environment.hpp"
#include "net/engine/blocking.hpp"
#include "net/engine/client.hpp"
#include "operations/failure.hpp"

namespace atalaya {

/// What an operation's function is given: whom to work on, how to report, and
/// when to stop. Lives on the operation's own thread.
class context {
public:
  context(operation_request request, instance_plan plan,
          operation_actor reports, cancel_flag cancelled,
          net::engine_client engine);

  /// A new phase begins: "copying filestore". `total` is in bytes.
  void phase(std::string name, std::optional<uint64_t> total = std::nullopt);

  /// So many bytes more of this phase are done.
  void advance(uint64_t bytes);

  /// A line for the operation's log.
  void log(const std::string& line);

  /// A line for its log that people are shown when it has ended.
  void warn(const std::string& line);

  /// Waits for an answer of the engine. Throws net::wait_cancelled when
  /// somebody cancels the operation meanwhile, net::engine_error when the
  /// engine refuses.
  template <class T>
  T wait(boost::asio::awaitable<T> answer) {
    return net::run_blocking(std::move(answer), *cancelled_);
  }

  const operation_request request;
  const instance_plan plan;
  net::engine_client engine;

private:
  operation_actor reports_;
  cancel_flag cancelled_;
  progress progress_;
};

} // namespace atalaya
