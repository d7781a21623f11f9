#pragma once

// COPY … TO STDOUT: rows as PostgreSQL writes them in text, much faster than
// by any query. What a connection says of threads and of errors holds here.

#include "net/postgres/connection.hpp"

namespace atalaya::net::pg {

/// A COPY under way. The connection answers nothing else until `next` has said
/// that there is no more; where this ends before, it is closed.
class copy_out {
public:
  /// Sends `sql`. The whole of it may take hours: what fails is a wait of
  /// `silence` in which nothing came. The server ends it sooner where its
  /// statement_timeout says so, which `open` has set. Throws error.
  static boost::asio::awaitable<copy_out>
  begin(connection& on, std::string sql, std::chrono::milliseconds silence);

  copy_out(copy_out&& other) noexcept;
  copy_out& operator=(copy_out&&) = delete;

  ~copy_out();

  /// Appends the next rows, each whole and with its line feed, until `to`
  /// holds `most` bytes: it exceeds that by less than one row. Returns whether
  /// there may be more; without, the server has confirmed the end. Throws
  /// error.
  boost::asio::awaitable<bool> next(std::string& to, size_t most);

private:
  copy_out(connection& on, std::chrono::milliseconds silence);

  boost::asio::awaitable<void> started();

  boost::asio::awaitable<void> until_ready();

  boost::asio::awaitable<void> wait();

  connection* on_; ///< Null when there is nothing left to end.
  std::chrono::milliseconds silence_;
};

} // namespace atalaya::net::pg
