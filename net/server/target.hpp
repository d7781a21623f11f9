#pragma once

#include "net/server/answer.hpp"
#include "net/server/proxies.hpp"
#include "net/server/request.hpp"

namespace atalaya::net::web {

/// Fills in who asks, under which host and scheme: from the connection, or
/// from X-Forwarded-* where a trusted proxy wrote it.
void identify(request& req, const boost::asio::ip::address& peer, bool tls,
              const proxy_list& proxies);

/// Takes `req.path`, as it came, apart: the path below `base_path`, its
/// segments, the query. Answers what is not below it or can't be decoded.
std::optional<answer> aim(request& req, const std::string& base_path);

} // namespace atalaya::net::web
