#pragma once

// One connection to a PostgreSQL: libpq driven without blocking by Asio.
//
// Not thread safe: a connection lives on the executor of the coroutine that
// opened it, which must be a strand or an io_context that one thread runs, and
// answers one query at a time. Whatever goes wrong with the connection itself,
// a timeout or the coroutine's cancellation included, closes it: the server's
// statement_timeout, set a little shorter, ends what it still works on.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "net/postgres/error.hpp"
#include "net/postgres/result.hpp"

struct pg_conn;
struct pg_result;

namespace atalaya::net::pg {

/// A query's parameter, null or text.
using value = std::optional<std::string>;

struct connect_options {
  std::string database; ///< Empty: the connection string's.
  std::chrono::milliseconds connect_timeout{5'000};
  /// After which a query that was not given its own time fails.
  std::chrono::milliseconds query_timeout{10'000};
  /// How long a query waits for a lock that another session holds.
  std::chrono::milliseconds lock_timeout{1'000};
};

class connection {
public:
  /// Connects by a libpq connection string, as application "atalaya", in
  /// UTF-8, with an empty search_path: a database may hold functions of
  /// strangers, so every name in SQL must say its schema. Throws error.
  static boost::asio::awaitable<std::unique_ptr<connection>>
  open(std::string conninfo, connect_options options);

  ~connection();

  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// Runs one statement. Throws error; see `error::connected`.
  boost::asio::awaitable<result>
  query(std::string sql, std::vector<value> values = {});

  /// The same with its own time.
  boost::asio::awaitable<result> query(std::string sql,
                                       std::vector<value> values,
                                       std::chrono::milliseconds timeout);

  /// `name` as an SQL identifier, quotes included. Throws error for what can't
  /// be one (a wrong UTF-8 byte).
  std::string identifier(std::string_view name) const;

  /// "15.18"
  std::string server_version() const;

  std::string database() const;

  /// "db:5432"
  std::string where() const;

  /// The string that it was opened by; a password may be in it.
  const std::string& conninfo() const {
    return conninfo_;
  }

  /// Whether it is open, with no query or transaction under way.
  bool idle() const;

private:
  friend class copy_out;

  using clock = std::chrono::steady_clock;
  using descriptor = boost::asio::posix::stream_descriptor;

  struct finish {
    void operator()(pg_conn* ptr) const;
  };

  connection() = default;

  boost::asio::awaitable<void> connect();

  boost::asio::awaitable<void> handshake(clock::time_point deadline);

  boost::asio::awaitable<void> apply_settings();

  boost::asio::awaitable<void> flush(clock::time_point deadline);

  boost::asio::awaitable<result> answer(clock::time_point deadline);

  /// What the server said in `raw`, which is an error of the statement.
  error refusal(const pg_result* raw) const;

  /// Closes and throws when `deadline` passes first.
  boost::asio::awaitable<void> ready(descriptor& socket,
                                     descriptor::wait_type what,
                                     clock::time_point deadline);

  void close();

  peer whom() const;

  [[noreturn]] void fail_connect();

  [[noreturn]] void lost();

  std::unique_ptr<pg_conn, finish> conn_;
  /// A duplicate of libpq's descriptor, so that each side closes its own.
  std::optional<descriptor> socket_;
  std::string conninfo_;
  connect_options options_;
};

} // namespace atalaya::net::pg
