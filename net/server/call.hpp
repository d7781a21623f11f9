#pragma once

#include <map>
#include <span>

#include <boost/asio/awaitable.hpp>

#include "actors/interfaces.hpp"
#include "net/server/answer.hpp"
#include "net/server/options.hpp"
#include "net/server/request.hpp"

namespace atalaya::net::web {

/// The actors that the server speaks for.
struct backend {
  caf::actor_system& sys;
  root_actor root;
  accounts_actor accounts;
  history_actor history;
  const server_options& options;
};

/// One request on its way through its route.
struct call {
  const backend& to;
  const request& req;
  principal who;
  /// What stands in the pattern's places: I an instance, D a database, B a
  /// backup, C a container's role, O an operation.
  std::map<char, std::string> places = {};

  /// The query's value of `key`, if it was given.
  std::optional<std::string> query(const std::string& key) const {
    auto i = req.query.find(key);
    return i == req.query.end() ? std::nullopt : std::optional{i->second};
  }
};

/// Answers a call that was let through. Throws `refused`.
using route_handler = boost::asio::awaitable<answer> (*)(call&);

/// One line of the table that everything below /api goes by.
struct route {
  std::string_view method;
  std::string_view pattern; ///< "/api/instances/{I}"
  /// Who may at least; nothing: anybody, signed in or not.
  std::optional<role> least;
  std::string_view verb; ///< Its name in the audit; empty: not recorded.
  route_handler run = nullptr;
  std::string_view summary;
};

/// The whole table.
std::span<const route> routes();

} // namespace atalaya::net::web
