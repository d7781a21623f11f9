#pragma once

#include "net/server/call.hpp"

namespace atalaya::net::web {

/// Puts what stands in the places of `pattern` into `places`; false where the
/// path is another one.
bool match(std::string_view pattern, const std::vector<std::string>& segments,
           std::map<char, std::string>& places);

/// Answers a request by the table: finds its route, asks who it is, holds
/// Origin and role against it, runs it, turns errors into problems and writes
/// the audit. There is no other way to a handler.
boost::asio::awaitable<answer> respond(const backend& to, const request& req);

/// Whether the table has the path, whatever the method.
bool is_routed(const request& req);

} // namespace atalaya::net::web
