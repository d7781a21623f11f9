#pragma once

#include <memory>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "net/server/call.hpp"
#include "net/server/proxies.hpp"
#include "net/server/server.hpp"
#include "net/server/session_list.hpp"
#include "net/server/static_files.hpp"

namespace atalaya::net::web {

class connection;

/// What all connections of one server share. Not thread safe: everything runs
/// on the one thread of the server's io_context.
struct server_core {
  /// Throws std::runtime_error: a wrong option, a certificate that can't be
  /// used.
  server_core(caf::actor_system& sys, server_options wanted, handles parts,
              static_files files);

  server_options options;
  backend to;
  static_files page;
  proxy_list proxies;
  std::unique_ptr<boost::asio::ssl::context> tls; ///< Null: plain HTTP.
  session_list sessions;
  std::map<const connection*, std::weak_ptr<connection>> connections;
  boost::asio::thread_pool readers{2}; ///< Read files from the disk.
  bool stopping = false;
};

} // namespace atalaya::net::web
