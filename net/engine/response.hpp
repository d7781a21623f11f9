#pragma once

// The engine's answer to one request, read piece by piece. Whatever way the
// body comes in (a length, chunks, until the end of the connection, none at
// all for 204 and 304), `next` hands out its bytes and then nothing.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "net/engine/address.hpp"
#include "net/engine/request.hpp"

namespace atalaya::net {

class connection;

class response {
public:
  /// Connects within `connect`, sends `what` below `prefix` and waits for the
  /// answer's head. Throws engine_error, but not for any status.
  static boost::asio::awaitable<response>
  to(const request& what, const engine_address& where, std::string_view prefix,
     std::chrono::milliseconds connect);

  response(response&&) noexcept;
  response& operator=(response&&) noexcept;
  ~response();

  int status() const;

  /// The value of a header by any spelling of its name; empty: not there.
  std::string_view header(std::string_view name) const;

  /// The next piece of the body, never empty; null at its end. Throws
  /// engine_error when the connection ends before the body does.
  boost::asio::awaitable<std::optional<std::string>> next();

  /// The rest of the body; engine_error when it has more than `limit` bytes.
  boost::asio::awaitable<std::string> rest(size_t limit);

  /// A body that takes its time: no deadline for the whole of it, but
  /// `silence` for each piece. 0: for ever.
  void follow(std::chrono::milliseconds silence);

  /// For an upgraded answer: the connection, and what was read behind the
  /// head. The response is of no use after this.
  std::pair<std::shared_ptr<connection>, std::string> release();

private:
  struct impl;

  explicit response(std::unique_ptr<impl> state);

  std::unique_ptr<impl> impl_;
};

} // namespace atalaya::net
