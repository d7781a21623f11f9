#pragma once

#include <functional>
#include <optional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace atalaya {

/// A thread's own executor, for what outlives one wait: a connection that is
/// asked again and again. Each `run` is as net::run_blocking's.
class wait_loop {
public:
  /// `stopped` is asked twenty times a second, on the thread that runs.
  explicit wait_loop(std::function<bool()> stopped);

  /// Runs `what` to its end on this thread and rethrows what it throws; ends it
  /// and throws net::wait_cancelled once `stopped` says so.
  void run(boost::asio::awaitable<void> what);

  template <class T>
  T run(boost::asio::awaitable<T> what) {
    std::optional<T> result;
    auto keep = [](boost::asio::awaitable<T> from,
                   std::optional<T>& to) -> boost::asio::awaitable<void> {
      to.emplace(co_await std::move(from));
    };
    run(keep(std::move(what), result));
    return std::move(*result);
  }

private:
  std::function<bool()> stopped_;
  boost::asio::io_context io_{1};
};

} // namespace atalaya
