#pragma once

#include "net/postgres/connection.hpp"
#include "operations/dump_plan.hpp"

namespace atalaya {

/// A table as it is locked: also the parents of partitions, and whatever else
/// pg_dump locks.
struct locked_table {
  uint32_t oid = 0;
  std::string quoted;
  bool operator==(const locked_table&) const = default;
};

/// Every table that a dump locks, by oid. Throws net::pg::error.
boost::asio::awaitable<std::vector<locked_table>>
list_tables(net::pg::connection& on);

/// Reads what decides how to dump. To be called inside the dump's snapshot,
/// with every table locked. Throws net::pg::error.
boost::asio::awaitable<dump_catalog> read_catalog(net::pg::connection& on);

/// What sets the sequences of `xs` as they are now; the values of sequences are
/// in no snapshot. Throws net::pg::error.
boost::asio::awaitable<std::string>
read_sequences(net::pg::connection& on, const std::vector<dump_sequence>& xs);

} // namespace atalaya
