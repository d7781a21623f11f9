#pragma once

#include "actors/reflect/time.hpp"
#include "net/engine/client.hpp"
#include "net/engine/json_stream.hpp"

namespace atalaya::net {

/// What a container uses, in bytes since it was started, but for the first
/// three, which are of now.
struct container_stats {
  timestamp at;
  double cpu_percent = 0; ///< 100 is one core; 0 in the first of a stream.
  uint64_t memory = 0;    ///< Without the page cache that can be given back.
  uint64_t memory_limit = 0;
  uint64_t network_in = 0;
  uint64_t network_out = 0;
  uint64_t block_read = 0;
  uint64_t block_write = 0;
  bool operator==(const container_stats&) const = default;
};

/// Reads one object of GET /containers/{id}/stats, from either engine and
/// either version of cgroups, to the figures that `docker stats` shows. Throws
/// engine_error.
container_stats read_stats(std::string_view json);

/// One object a second from Docker, one in five from Podman 4, until the
/// container is removed; a stopped one has zeros.
boost::asio::awaitable<json_stream<container_stats>>
stats(engine_client& from, std::string container);

} // namespace atalaya::net
