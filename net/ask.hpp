#pragma once

// From an Asio coroutine to an actor and back:
//
//   auto op = co_await ask<operation>(sys, instance, 5s, request);
//   if (!op)
//     co_return report(op.error());

#include <chrono>
#include <memory>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <caf/all.hpp>

namespace atalaya::net {

/// Sends `(xs...)` to `dest` and awaits its answer, an error or the timeout.
/// The coroutine resumes on its own executor.
template <class R, class Handle, class... Ts>
boost::asio::awaitable<caf::expected<R>>
ask(caf::actor_system& sys, Handle dest, std::chrono::milliseconds timeout,
    Ts... xs) {
  namespace asio = boost::asio;
  auto start = [&](auto handler) {
    // CAF copies message handlers, Asio's completion handlers only move.
    auto done = std::make_shared<decltype(handler)>(std::move(handler));
    auto complete = [done](caf::expected<R> x) {
      auto ex = asio::get_associated_executor(*done);
      asio::post(ex, [done, x = std::move(x)]() mutable {
        std::move (*done)(std::move(x));
      });
    };
    sys.spawn<caf::hidden>([=](caf::event_based_actor* self) {
      auto refused = [=](caf::error& err) { complete(std::move(err)); };
      // CAF delivers a result of unit_t as an empty message, and its typed
      // handles then expect a handler that no such message reaches.
      if constexpr (std::is_same_v<R, caf::unit_t>)
        self->request(caf::actor_cast<caf::actor>(dest), timeout, xs...)
          .then([=] { complete(caf::unit); }, refused);
      else
        self->request(dest, timeout, xs...)
          .then([=](R& x) { complete(std::move(x)); }, refused);
    });
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&,
                                          void(caf::expected<R>)>(
    start, asio::use_awaitable);
}

} // namespace atalaya::net
