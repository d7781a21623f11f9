#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "actors/interfaces.hpp"

namespace atalaya::net {

/// Watches the databases of the cluster at `target` on `executor`, and sends
/// `listener` a catalog whenever it differs from the one before: within 2 s of
/// a change, databases that come and go, connections, sizes, what is
/// neutralised. One that can't be reached any more keeps its last rows.
cluster_actor spawn_cluster(caf::actor_system& sys,
                            boost::asio::any_io_executor executor,
                            postgres_target target, caf::actor listener);

} // namespace atalaya::net
