#pragma once

#include "net/server/call.hpp"

namespace atalaya::net::web {

/// Whether the request's Origin is this server's own: that of public_url, else
/// of the request's scheme and Host.
bool own_origin(const request& req, const server_options& options);

/// Finds out who calls and whether they may. Fills in `c.who`; throws
/// `refused` with unauthenticated or forbidden.
boost::asio::awaitable<void> admit(const route& to, call& c);

/// Writes the call into the audit, where its route has a verb and somebody is
/// known to have made it.
void record(const route& to, const call& c, const answer& result);

} // namespace atalaya::net::web
