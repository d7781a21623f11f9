#include "operations/wait_loop.hpp"

#include <chrono>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include "net/engine/blocking.hpp"

namespace atalaya {

namespace asio = boost::asio;

wait_loop::wait_loop(std::function<bool()> stopped)
  : stopped_(std::move(stopped)) {
  // nop
}

void wait_loop::run(asio::awaitable<void> what) {
  asio::cancellation_signal cancel;
  std::exception_ptr failure;
  auto ended = false, cancelled = false;
  auto keep = [&](std::exception_ptr x) {
    failure = x;
    ended = true;
  };
  asio::co_spawn(io_, std::move(what),
                 asio::bind_cancellation_slot(cancel.slot(), keep));
  while (!ended) {
    io_.restart();
    io_.run_for(std::chrono::milliseconds{50});
    if (ended || cancelled || !stopped_())
      continue;
    cancelled = true;
    cancel.emit(asio::cancellation_type::terminal);
  }
  if (cancelled && failure)
    throw net::wait_cancelled{};
  if (failure)
    std::rethrow_exception(failure);
}

} // namespace atalaya
