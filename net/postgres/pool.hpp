#pragma once

// A few connections to one database, kept open between uses. Not thread safe:
// it lives on the executor of the coroutines that use it, see connection.hpp.

#include <deque>
#include <functional>

#include <boost/asio/steady_timer.hpp>

#include "net/postgres/connection.hpp"

namespace atalaya::net::pg {

class lease;

class pool : public std::enable_shared_from_this<pool> {
public:
  using opener
    = std::function<boost::asio::awaitable<std::unique_ptr<connection>>()>;

  /// Never more than `limit` connections at a time, made by `open`.
  pool(boost::asio::any_io_executor executor, opener open, size_t limit);

  /// A connection that is free, or a new one. Waits for one to be given back,
  /// up to `patience`. After a failed attempt to connect it fails at once with
  /// the same error until `retry_in` is over. Throws error.
  boost::asio::awaitable<lease>
  acquire(std::chrono::milliseconds patience = std::chrono::seconds{5});

  /// How long no new attempt to connect will be made: from 100 ms doubling to
  /// 2 s after each failure, zero after a success.
  std::chrono::milliseconds retry_in() const;

  /// The next attempt may be made at once.
  void retry_now();

private:
  friend class lease;

  using clock = std::chrono::steady_clock;

  boost::asio::awaitable<void> wait_for_place(clock::time_point deadline);

  boost::asio::awaitable<std::unique_ptr<connection>> connect();

  std::unique_ptr<connection> take_idle();

  /// Frees a place; null for a connection that is not to be kept.
  void give_back(std::unique_ptr<connection> x);

  boost::asio::any_io_executor executor_;
  opener open_;
  size_t limit_;
  size_t in_use_ = 0;
  std::deque<boost::asio::steady_timer*> waiting_; ///< First come first.
  std::vector<std::unique_ptr<connection>> idle_;
  std::optional<error> failure_;
  std::chrono::milliseconds backoff_{0};
  clock::time_point retry_at_;
};

/// A connection of a pool, for as long as this lives. One that broke, or whose
/// query was abandoned half-way, does not go back.
class lease {
public:
  /// Takes a place of `owner` that was counted before; `x` may be null.
  lease(std::shared_ptr<pool> owner, std::unique_ptr<connection> x);

  lease(lease&&) = default;
  lease& operator=(lease&&) = delete;

  ~lease();

  connection& operator*() const {
    return *connection_;
  }

  connection* operator->() const {
    return connection_.get();
  }

  /// Whether it was opened for this lease, so that it can't have died while it
  /// lay in the pool.
  bool fresh() const {
    return fresh_;
  }

  /// Closes it when this ends, instead of keeping it.
  void discard();

private:
  friend class pool;

  std::shared_ptr<pool> owner_;
  std::unique_ptr<connection> connection_;
  bool fresh_ = false;
  bool keep_ = true;
};

} // namespace atalaya::net::pg
