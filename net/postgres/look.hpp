#pragma once

// The questions that are asked of a cluster over and over, each one query.

#include "net/postgres/connection.hpp"
#include "net/postgres/roster.hpp"

namespace atalaya::net::pg {

/// All databases but templates and `postgres`, asked on any of them. `role` is
/// whose databases Odoo lists, empty: the connection's. Throws error.
boost::asio::awaitable<std::vector<sighting>>
look(connection& on, std::string role);

/// Bytes by database; null where we may not know. Throws error.
boost::asio::awaitable<std::map<uint32_t, std::optional<uint64_t>>>
measure(connection& on, std::vector<uint32_t> oids);

/// What the tables of the database that `on` is connected to say. Throws error,
/// also when somebody holds one of the tables.
boost::asio::awaitable<details> inspect(connection& on);

} // namespace atalaya::net::pg
