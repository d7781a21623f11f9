#include "net/engine/blocking.hpp"

#include <chrono>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace atalaya::net {

namespace asio = boost::asio;

namespace {

/// A coroutine on an io_context of its own.
class runner {
public:
  explicit runner(asio::awaitable<void> what) {
    asio::co_spawn(io_, std::move(what),
                   asio::bind_cancellation_slot(cancel_.slot(),
                                                [this](std::exception_ptr x) {
                                                  failure_ = x;
                                                  ended_ = true;
                                                }));
  }

  /// Runs for at most `time`; returns whether the coroutine has ended.
  bool run_for(std::chrono::milliseconds time) {
    io_.run_for(time);
    return ended_;
  }

  void run() {
    io_.run();
  }

  /// Thread safe.
  void cancel() {
    asio::post(io_, [this] {
      cancelled_ = true;
      cancel_.emit(asio::cancellation_type::terminal);
    });
  }

  void finish() {
    if (cancelled_ && failure_)
      throw wait_cancelled{};
    if (failure_)
      std::rethrow_exception(failure_);
  }

private:
  asio::io_context io_{1};
  asio::cancellation_signal cancel_;
  std::exception_ptr failure_;
  bool ended_ = false;
  bool cancelled_ = false;
};

} // namespace

void run_blocking(asio::awaitable<void> what, std::stop_token stop) {
  runner r{std::move(what)};
  std::stop_callback on_stop{stop, [&r] { r.cancel(); }};
  r.run();
  r.finish();
}

void run_blocking(asio::awaitable<void> what,
                  const std::atomic<bool>& cancelled) {
  runner r{std::move(what)};
  while (!r.run_for(std::chrono::milliseconds{100})) {
    if (!cancelled)
      continue;
    r.cancel();
    r.run();
  }
  r.finish();
}

} // namespace atalaya::net
