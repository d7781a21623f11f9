#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "actors/interfaces.hpp"
#include "net/engine/address.hpp"
#include "net/engine/limits.hpp"

namespace atalaya::net {

/// Spawns the actor that follows the engine at `where`, from the first (watch,
/// listener) on. Each listener is sent engine_status, then container_list,
/// then container_facts and (gone, id) as things change; one that comes later
/// is first sent what is known. The connection lives on `ex`, whose context
/// must outlive the actor system. Ends like any actor: then every socket is
/// closed and nothing is left on `ex`.
engine_actor spawn_engine(caf::actor_system& sys,
                          boost::asio::any_io_executor ex, engine_address where,
                          watch_pace pace = {});

} // namespace atalaya::net
