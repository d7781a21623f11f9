#pragma once

// For threads that may wait, as an operation's own does:
//
//   engine_client engine{address};
//   auto facts = run_blocking(engine.inspect("odoo"), stop_token);

#include <atomic>
#include <optional>
#include <stdexcept>
#include <stop_token>

#include <boost/asio/awaitable.hpp>

namespace atalaya::net {

/// Somebody asked to stop while `run_blocking` waited.
class wait_cancelled : public std::runtime_error {
public:
  wait_cancelled() : std::runtime_error("cancelled") {
    // nop
  }
};

/// Runs `what` on this thread until it has ended, and rethrows what it throws.
/// When `stop` is requested first, ends it (every socket of it is closed) and
/// throws wait_cancelled.
void run_blocking(boost::asio::awaitable<void> what, std::stop_token stop = {});

/// Likewise, with a flag that is looked at ten times a second.
void run_blocking(boost::asio::awaitable<void> what,
                  const std::atomic<bool>& cancelled);

/// Likewise, with a result.
template <class T, class Stop = std::stop_token>
T run_blocking(boost::asio::awaitable<T> what, const Stop& stop = {}) {
  std::optional<T> result;
  auto keep = [](boost::asio::awaitable<T> from,
                 std::optional<T>& to) -> boost::asio::awaitable<void> {
    to.emplace(co_await std::move(from));
  };
  run_blocking(keep(std::move(what), result), stop);
  return std::move(*result);
}

} // namespace atalaya::net
