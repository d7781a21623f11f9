#include "net/watch/folder_watch.hpp"

#include <spdlog/spdlog.h>

#include "actors/messages.hpp"

namespace atalaya::net {

namespace {

caf::behavior folder_watch(caf::event_based_actor* self,
                           boost::asio::any_io_executor executor,
                           std::vector<watched> what, caf::actor listener) {
  auto tell = [listener] { caf::anon_send(listener, atom::reload_v); };
  try {
    auto watch = std::make_shared<watcher>(std::move(executor), std::move(what),
                                           tell);
    self->attach_functor([watch] { watch->stop(); });
    watch->start();
  } catch (const std::system_error& e) {
    spdlog::warn("changes can't be followed: {}", e.what());
    self->quit(failure(errc::internal, e.what()));
  }
  // Nobody says anything to it but an exit.
  return {[](atom::stop) {}};
}

} // namespace

caf::actor spawn_watch(caf::actor_system& sys,
                       boost::asio::any_io_executor executor,
                       std::vector<watched> what, caf::actor listener) {
  return sys.spawn(folder_watch, std::move(executor), std::move(what),
                   std::move(listener));
}

} // namespace atalaya::net
