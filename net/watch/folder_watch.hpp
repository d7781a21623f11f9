#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <caf/all.hpp>

#include "net/watch/watcher.hpp"

namespace atalaya::net {

/// An actor that sends `listener` (reload) when something changed in `what`:
/// once when it begins, and within 50 ms of each change. It is ended by an
/// exit, and fails with errc::internal where the system has no inotify left.
caf::actor spawn_watch(caf::actor_system& sys,
                       boost::asio::any_io_executor executor,
                       std::vector<watched> what, caf::actor listener);

} // namespace atalaya::net
