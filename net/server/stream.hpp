#pragma once

// A connection's bytes, over TLS or not, as one type: everything above it is
// compiled once. Brings in Beast: for .cpp files and internal headers only.

#include <memory>
#include <optional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/teardown.hpp>

namespace atalaya::net::web {

class stream {
public:
  using next_layer_type = boost::beast::tcp_stream;
  using executor_type = next_layer_type::executor_type;

  /// Speaks TLS where there is a context, which must outlive the stream.
  stream(boost::asio::ip::tcp::socket socket,
         boost::asio::ssl::context* context) {
    next_layer_type tcp{std::move(socket)};
    if (context)
      tls_ = std::make_unique<tls_stream>(std::move(tcp), *context);
    else
      plain_.emplace(std::move(tcp));
  }

  /// The TCP stream, with the timeout of all below.
  next_layer_type& next_layer() {
    return tls_ ? tls_->next_layer() : *plain_;
  }

  const next_layer_type& next_layer() const {
    return tls_ ? tls_->next_layer() : *plain_;
  }

  executor_type get_executor() {
    return next_layer().get_executor();
  }

  bool tls() const {
    return tls_ != nullptr;
  }

  boost::asio::awaitable<void> handshake() {
    if (tls_)
      co_await tls_->async_handshake(boost::asio::ssl::stream_base::server,
                                     boost::asio::use_awaitable);
  }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    if (tls_)
      return tls_->async_read_some(buffers, std::forward<Token>(token));
    return plain_->async_read_some(buffers, std::forward<Token>(token));
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    if (tls_)
      return tls_->async_write_some(buffers, std::forward<Token>(token));
    return plain_->async_write_some(buffers, std::forward<Token>(token));
  }

  /// Found by Beast's WebSocket: says goodbye below it.
  template <class Handler>
  friend void
  async_teardown(boost::beast::role_type role, stream& x, Handler&& handler) {
    using boost::beast::async_teardown;
    using boost::beast::websocket::async_teardown;
    if (x.tls_)
      async_teardown(role, *x.tls_, std::forward<Handler>(handler));
    else
      async_teardown(role, x.plain_->socket(), std::forward<Handler>(handler));
  }

private:
  using tls_stream = boost::beast::ssl_stream<next_layer_type>;

  std::unique_ptr<tls_stream> tls_;
  std::optional<next_layer_type> plain_;
};

} // namespace atalaya::net::web
