#pragma once

// The rows of a dump, copied over several connections. One of them, the holder,
// has every table locked from before the snapshot; the others lock each table
// without waiting. What they are refused, because a TRUNCATE waits behind the
// holder's lock, the holder copies: its own lock lets it in.

#include <mutex>
#include <set>

#include "net/postgres/connection.hpp"
#include "operations/dump_plan.hpp"
#include "operations/dump_writer.hpp"

namespace atalaya {

struct rows_limits {
  uint64_t piece = uint64_t{4} << 20; ///< Bytes of table that make a piece.
  size_t buffer = size_t{8} << 20;    ///< A piece that has more is streamed.
  /// How long a COPY may send nothing: one may read a table full of rows that
  /// are dead.
  std::chrono::milliseconds silence{std::chrono::minutes{10}};
};

/// What is still to be copied. Thread safe.
class row_queue {
public:
  struct work {
    const dump_table* table = nullptr;
    dump_piece piece;
  };

  /// `catalog` must outlive this.
  row_queue(const dump_catalog& catalog, uint64_t piece_bytes);

  /// The next piece of a table that nobody was refused; null: none is left.
  std::optional<work> take();

  /// The next piece that somebody was refused.
  std::optional<work> take_refused();

  /// `x` and what is left of its table are for the holder.
  void refuse(const work& x);

  /// How many tables somebody was refused.
  size_t refused();

private:
  struct entry {
    const dump_table* table = nullptr;
    uint64_t pages_a_piece = 0;
    uint64_t next = 0;
  };

  static std::optional<work> next_of(std::vector<entry>& from);

  std::mutex mutex_;
  std::vector<entry> waiting_; ///< The next one last.
  std::vector<entry> for_holder_;
  std::vector<work> refused_;
  std::set<uint32_t> refused_tables_;
};

/// Copies what the queue has on a connection that holds every lock.
boost::asio::awaitable<void> copy_as_holder(net::pg::connection& on,
                                            row_queue& from, dump_writer& to,
                                            rows_limits limits);

/// Copies only what was refused to others, who have ended.
boost::asio::awaitable<void> copy_refused(net::pg::connection& on,
                                          row_queue& from, dump_writer& to,
                                          rows_limits limits);

/// Copies what it may lock on a connection of its own, in the snapshot.
boost::asio::awaitable<void> copy_beside(net::pg::connection& on,
                                         std::string snapshot, row_queue& from,
                                         dump_writer& to, rows_limits limits);

} // namespace atalaya
