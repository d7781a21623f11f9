#pragma once

// Thrown by everything that talks to a PostgreSQL. `what()` is a sentence for
// people; no password is ever part of it.

#include <stdexcept>
#include <string>
#include <string_view>

namespace atalaya::net::pg {

class error : public std::runtime_error {
public:
  explicit error(const std::string& sentence, std::string sqlstate = {},
                 bool connected = false)
    : std::runtime_error(sentence),
      sqlstate_(std::move(sqlstate)),
      connected_(connected) {
    // nop
  }

  /// The server's code ("28P01"), empty where it was not the server who spoke.
  const std::string& sqlstate() const {
    return sqlstate_;
  }

  /// Whether the connection can still be used.
  bool connected() const {
    return connected_;
  }

private:
  std::string sqlstate_;
  bool connected_;
};

/// Whom a connection was meant to reach.
struct peer {
  std::string host; ///< Name, address, or the folder of a unix socket.
  std::string port;
  std::string role;
  std::string database;
  bool password_wanted = false; ///< Wanted by the server, and none was given.
};

/// "db:5432", or the path of a unix socket.
std::string address(const peer& whom);

/// Makes an error of what libpq says of a connection that it could not open.
/// `text` is PQerrorMessage at PQERRORS_VERBOSE, which holds the server's code
/// whatever language the server speaks.
error connect_error(const peer& whom, std::string_view text);

} // namespace atalaya::net::pg
