#pragma once

#include <chrono>
#include <mutex>

#include <boost/asio/awaitable.hpp>

#include "actors/environment.hpp"
#include "net/engine/blocking.hpp"
#include "net/engine/client.hpp"
#include "operations/failure.hpp"
#include "store/journal.hpp"

namespace atalaya {

/// What the operations of this server share.
struct workshop {
  net::engine_address engine;
  store::journal journal;
  std::string server_id; ///< Marks what is temporary, so that it is known ours.
};

/// What an operation's function is given: whom to work on, how to report, and
/// when to stop. Lives on the operation's own thread.
class context {
public:
  context(job what, workshop shop);

  /// A new phase begins: "copying filestore". `total` is in bytes.
  void phase(std::string name, std::optional<uint64_t> total = std::nullopt);

  /// So many bytes more of this phase are done. On any thread.
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
    return net::run_blocking(std::move(answer), cancelled());
  }

  /// Whether somebody asks to stop; may be read on any thread.
  const std::atomic<bool>& cancelled() const {
    return *what.cancelled;
  }

  /// Throws net::wait_cancelled when somebody asks to stop.
  void check_cancelled() const;

  /// A temporary thing is about to be made: from now on the journal knows of
  /// it. Throws store::error.
  void will_leave(leftover x);

  /// Something temporary could not be removed: the journal keeps it for the
  /// next start of the server.
  void leaves_behind();

  /// The operation has ended and cleaned up behind itself.
  void clean();

  const job what;
  const operation_request& request = what.request;
  const instance_plan& plan = what.plan;
  const workshop shop;
  net::engine_client engine;

private:
  std::mutex mutex_; ///< Guards `progress_`.
  progress progress_;
  journal_entry journal_;
  bool leaves_behind_ = false;
};

} // namespace atalaya
