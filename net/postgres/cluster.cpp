#include "net/postgres/cluster.hpp"

#include "net/postgres/cluster_watch.hpp"

namespace atalaya::net {

namespace {

using watch_ptr = std::shared_ptr<pg::cluster_watch>;

cluster_actor::behavior_type
cluster(cluster_actor::pointer self, watch_ptr watch) {
  self->attach_functor([watch] { watch->stop(); });
  watch->start();
  return {
    [=](const postgres_target& x) { watch->retarget(x); },
    [=](atom::reload) { watch->look_now(); },
  };
}

} // namespace

cluster_actor spawn_cluster(caf::actor_system& sys,
                            boost::asio::any_io_executor executor,
                            postgres_target target, caf::actor listener) {
  auto publish = [listener](const catalog& x) { caf::anon_send(listener, x); };
  auto watch = std::make_shared<pg::cluster_watch>(
    std::move(executor), std::move(target), std::move(publish));
  return sys.spawn(cluster, std::move(watch));
}

} // namespace atalaya::net
