#pragma once

// The server on a port of the loopback with fakes behind it, and clients.

#include "fakes.hpp"
#include "net/server/server.hpp"

namespace atalaya::test {

struct reply {
  unsigned status = 0;
  std::map<std::string, std::string> headers; ///< Names in lower case.
  std::string body;
};

using headers = std::vector<std::pair<std::string, std::string>>;

/// The headers of somebody signed in by cookie, on the server's own page.
headers cookie(const std::string& secret);

/// The headers of a program with a token.
headers bearer(const std::string& secret);

/// `a` and `b` together.
headers operator+(headers a, const headers& b);

class served {
public:
  explicit served(net::web::server_options options = {},
                  net::web::static_files page = {});

  ~served();

  /// One request over a connection of its own. Fails the test after 10 s.
  reply fetch(const std::string& method, const std::string& target,
              const headers& fields = {}, const std::string& body = {});

  /// Sends `bytes` and gives back what comes until the server closes, or,
  /// with `stop_at`, until that was in it. Fails the test after 10 s.
  std::string raw(const std::string& bytes, const std::string& stop_at = {});

  /// Awaits the server's stop.
  void stop();

  uint16_t port() const;

  /// "http://127.0.0.1:4711"
  std::string origin() const;

  /// Ends every socket's right, as accounts does it.
  void revoke();

  /// Actors that run, hidden ones aside.
  size_t actors() const;

  world_ptr known;
  topic_actor topic;

private:
  struct impl;

  std::unique_ptr<impl> impl_;
};

/// A WebSocket client. Everything fails the test after 10 s.
class socket_client {
public:
  /// Connects and shakes hands; `status` tells how that ended.
  socket_client(served& to, const headers& fields,
                const std::string& protocol = "atalaya.v1",
                int receive_buffer = 0);

  socket_client(socket_client&& other) noexcept;

  ~socket_client();

  /// 101, or the status of the refusal.
  unsigned status() const;

  /// The subprotocol that the server chose.
  std::string protocol() const;

  void send(const std::string& text);

  /// The next frame; empty once the server has closed.
  std::string read();

  /// The next object (a line of a frame); empty once the server has closed.
  std::string next();

  /// Objects up to and with the first that has `part` in it.
  std::vector<std::string> until(const std::string& part);

  /// The code that the server closed with.
  int close_code();

private:
  struct impl;

  std::unique_ptr<impl> impl_;
};

/// Waits until `done()`, for 10 s at most.
bool eventually(const std::function<bool()>& done);

} // namespace atalaya::test
