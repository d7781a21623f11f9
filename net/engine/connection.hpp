#pragma once

// One socket to an engine, with a deadline. Not thread safe: it lives on the
// executor of the coroutine that opened it, which must be a strand or an
// io_context that one thread runs.

#include <chrono>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/engine/address.hpp"

namespace atalaya::net {

class connection : public std::enable_shared_from_this<connection> {
public:
  /// Connects, or throws engine_error with what to do about it.
  static boost::asio::awaitable<std::shared_ptr<connection>>
  open(const engine_address& where, std::chrono::milliseconds timeout);

  connection(boost::asio::any_io_executor ex, const engine_address& where);

  /// From now on, whatever is under way after this time fails as a timeout.
  void expires_after(std::chrono::milliseconds timeout);

  void expires_never();

  /// Returns how many bytes were read, 0 at the end.
  boost::asio::awaitable<size_t> read_some(std::span<char> into);

  boost::asio::awaitable<void> write(std::string_view bytes);

  /// Tells the engine that no more will be written; reading goes on.
  void finish_writing();

  /// Ends whatever is under way.
  void close();

  const engine_address& where() const {
    return where_;
  }

private:
  using endpoint = boost::asio::generic::stream_protocol::endpoint;

  boost::asio::awaitable<void> connect();

  boost::asio::awaitable<std::vector<endpoint>> endpoints();

  void set_options();

  [[noreturn]] void fail(const boost::system::error_code& ec) const;

  engine_address where_;
  boost::asio::generic::stream_protocol::socket socket_;
  boost::asio::steady_timer deadline_;
  bool timed_out_ = false;
};

} // namespace atalaya::net
