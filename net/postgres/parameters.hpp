#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace atalaya::net::pg {

/// The settings of a libpq connection string or URI.
class parameters {
public:
  /// Reads `conninfo`. Throws error, without repeating the text: a password
  /// may be in it.
  explicit parameters(const std::string& conninfo);

  /// The value of `name`, empty where it isn't set.
  std::string get(const std::string& name) const;

  void set(const std::string& name, std::string value);

  /// The same for a program: "PGHOST=db", for each setting that has a variable.
  std::vector<std::string> environment() const;

  /// Looks the host's name up without blocking, which libpq can't: sets
  /// `hostaddr` where `host` is one name. A list of hosts, and a host that
  /// only a service file names, are left to libpq. Throws error, also when
  /// `deadline` passes first.
  boost::asio::awaitable<void>
  resolve(std::chrono::steady_clock::time_point deadline);

  /// Null-terminated, for PQconnectStartParams. Live until the next `set`.
  std::vector<const char*> keywords() const;
  std::vector<const char*> values() const;

private:
  std::vector<std::pair<std::string, std::string>> entries_;
};

} // namespace atalaya::net::pg
