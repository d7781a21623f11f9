#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace atalaya::net {

/// Where an engine listens: a unix socket or a TCP port.
struct engine_address {
  std::string path; ///< Of the unix socket; empty: TCP.
  std::string host; ///< Name or number, an IPv6 one without its brackets.
  uint16_t port = 0;
  bool operator==(const engine_address&) const = default;
};

/// Reads `unix:///path` or `tcp://host:port`. Throws std::invalid_argument
/// with a sentence that shows how to write it.
engine_address parse_engine_address(std::string_view text);

/// As `parse_engine_address` reads it.
std::string to_string(const engine_address& x);

} // namespace atalaya::net
