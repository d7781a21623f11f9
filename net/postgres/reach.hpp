#pragma once

#include "actors/messages.hpp"
#include "net/postgres/connection.hpp"

namespace atalaya::net::pg {

/// Connects by the first of `target`'s strings that works. Where none does,
/// throws the error of the first whose server spoke, else the first error: "it
/// refused the password" says more than "nothing listens there".
boost::asio::awaitable<std::unique_ptr<connection>>
reach(postgres_target target, connect_options options);

/// Connects to a database that nobody minds a connection in: `postgres`, or
/// where there is none or it is shut, the string's own, or template1. A
/// connection to one of the latter must not stay open, as it would stop
/// others from copying, renaming or dropping that database: see `may_stay`.
boost::asio::awaitable<std::unique_ptr<connection>>
reach_maintenance(postgres_target target, connect_options options);

/// Whether `x` may be kept open without standing in anybody's way.
bool may_stay(const connection& x);

} // namespace atalaya::net::pg
