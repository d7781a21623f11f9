#pragma once

// Brings in Beast: for .cpp files only.

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "net/server/core.hpp"
#include "net/server/stream.hpp"

namespace atalaya::net::web {

/// One client's connection: request after request, until one asks for a
/// WebSocket, whose session actor then takes the socket over.
class connection : public std::enable_shared_from_this<connection> {
public:
  connection(boost::asio::ip::tcp::socket socket,
             std::shared_ptr<server_core> core);

  ~connection();

  /// Serves the client until it or the server is through.
  boost::asio::awaitable<void> run();

  /// Ends it at once between two requests, else behind the one it is at.
  void stop();

  /// Ends it now.
  void abort();

private:
  using parser
    = boost::beast::http::request_parser<boost::beast::http::string_body>;
  template <class T>
  using awaitable = boost::asio::awaitable<T>;

  awaitable<bool> serve_one();
  awaitable<bool> idle();

  /// Reads a request; answers what is none. False: no request came.
  awaitable<bool> read(parser& in);

  awaitable<bool> reply(const request& req, answer x, bool keep);
  awaitable<void> send(file_part& file);
  awaitable<void> refuse(answer x);
  awaitable<void> upgrade(parser& in, const principal& who);
  awaitable<void> drain();
  awaitable<answer> decide(request& req);

  request translate(parser& in) const;

  stream stream_;
  std::shared_ptr<server_core> core_;
  boost::beast::flat_buffer buffer_;
  boost::asio::ip::address peer_;
  bool busy_ = false;
};

} // namespace atalaya::net::web
