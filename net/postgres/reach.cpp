#include "net/postgres/reach.hpp"

#include <array>

namespace asio = boost::asio;

namespace atalaya::net::pg {

namespace {

/// Whether another database of the same server may let the same role in: this
/// one does not exist, may not be connected to, or is not in pg_hba.conf.
bool another_may_do(const error& e) {
  return e.sqlstate() == "3D000" || e.sqlstate() == "42501"
         || e.sqlstate() == "55000" || e.sqlstate() == "28000";
}

} // namespace

asio::awaitable<std::unique_ptr<connection>>
reach(postgres_target target, connect_options options) {
  std::optional<error> failure;
  for (const auto& conninfo : target.conninfos) {
    try {
      co_return co_await connection::open(conninfo, options);
    } catch (const error& e) {
      if (!failure || (failure->sqlstate().empty() && !e.sqlstate().empty()))
        failure.emplace(e);
    }
  }
  if (failure)
    throw std::move(*failure);
  throw error{target.detail.empty()
                ? "no way to reach PostgreSQL is known: set the instance's "
                  "postgres string"
                : target.detail};
}

asio::awaitable<std::unique_ptr<connection>>
reach_maintenance(postgres_target target, connect_options options) {
  std::optional<error> failure;
  for (auto database : {"postgres", "", "template1"}) {
    try {
      options.database = database;
      co_return co_await reach(target, options);
    } catch (const error& e) {
      if (!failure)
        failure.emplace(e);
      if (!another_may_do(e))
        break;
    }
  }
  throw std::move(*failure);
}

bool may_stay(const connection& x) {
  return x.database() == "postgres";
}

} // namespace atalaya::net::pg
