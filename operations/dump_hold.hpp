#pragma once

// The snapshot that all parts of a dump share. Every table is locked before the
// snapshot is taken: LOCK TABLE takes none. The other way round, a TRUNCATE
// between the two would leave a table that reads as empty, without an error.

#include "net/postgres/connection.hpp"
#include "operations/failure.hpp"

namespace atalaya {

/// Somebody holds a lock, or made or dropped a table just now: worth another
/// attempt.
class lock_refused : public operation_failure {
public:
  using operation_failure::operation_failure;
};

/// Makes `on` fit for a dump: no limit of time on the server's side, values
/// written as pg_dump has them written. Not inside a transaction.
boost::asio::awaitable<void> prepare(net::pg::connection& on);

/// Begins a transaction on `on`, takes ACCESS SHARE on every table, and exports
/// a snapshot in which exactly these tables are. It and the locks last until
/// the transaction ends. Throws lock_refused, after a rollback, and
/// net::pg::error.
boost::asio::awaitable<std::string> hold_snapshot(net::pg::connection& on);

/// Begins a transaction in the snapshot that another connection holds.
boost::asio::awaitable<void>
join_snapshot(net::pg::connection& on, std::string snapshot);

/// Takes ACCESS SHARE on a table without waiting; false where somebody waits
/// for, or has, a stronger lock. Then the transaction has failed.
boost::asio::awaitable<bool>
lock_at_once(net::pg::connection& on, std::string quoted_table);

/// Ends the transaction.
boost::asio::awaitable<void> roll_back(net::pg::connection& on);

} // namespace atalaya
