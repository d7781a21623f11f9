#pragma once

#include "net/engine/client.hpp"
#include "net/engine/json_stream.hpp"

namespace atalaya::net {

/// Something happened to a container.
struct engine_event {
  std::string action;    ///< "start", "died"; the engines' words differ.
  std::string container; ///< Its id; empty where none is concerned.
  bool operator==(const engine_event&) const = default;
};

/// Reads one line of GET /events. Throws engine_error.
engine_event read_event(std::string_view json);

/// Whether the container may be another one after `x`. What runs inside it
/// (exec, health probes' own commands) doesn't count.
bool changes_container(const engine_event& x);

/// Everything from now on that may change a container. Docker leaves out the
/// rest by itself; Podman's filters by name don't work (podman#16857). Returns
/// when the engine has begun to answer, which Podman up to 5.2 does with its
/// first event only (podman#23712).
boost::asio::awaitable<json_stream<engine_event>> events(engine_client& from);

} // namespace atalaya::net
