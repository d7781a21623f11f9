#pragma once

#include <memory>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "actors/interfaces.hpp"
#include "net/server/options.hpp"
#include "net/server/static_files.hpp"

namespace atalaya::net::web {

struct server_core;

/// The actors that the server speaks for.
struct handles {
  root_actor root;
  accounts_actor accounts;
  history_actor history;
};

/// The HTTP and WebSocket server.
///
/// Thread safety: none of its own. `io` must be run by one thread, and all but
/// the constructor be called on it. Order of shutdown (facts/cpp-caf-asio.md
/// 8.3): await `stop`, then end the tree while `io` still runs.
class server {
public:
  /// Listens. Throws std::runtime_error with a sentence that says why not:
  /// the port is taken, an option is wrong, a certificate can't be read.
  server(boost::asio::io_context& io, caf::actor_system& sys,
         server_options options, handles parts, static_files page);

  ~server();

  /// The port it listens on; useful where 0 was asked for.
  uint16_t port() const;

  /// Begins to accept connections.
  void run();

  /// Stops accepting, tells the sockets (1001), lets requests under way
  /// finish for at most `stop_timeout`, and closes what is left then.
  boost::asio::awaitable<void> stop();

private:
  struct impl;

  std::unique_ptr<impl> impl_;
};

} // namespace atalaya::net::web
