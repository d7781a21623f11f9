#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace atalaya::net {

/// One question to the engine, before it goes onto the wire.
struct request {
  std::string method = "GET";
  std::string target;   ///< From the slash behind the version on.
  std::string body;     ///< JSON; empty: none.
  bool upgrade = false; ///< Asks for the raw connection (exec).
  /// For the answer's head and, unless it is followed, its body. 0: for ever.
  std::chrono::milliseconds timeout{30'000};
};

/// The bytes of `x`, sent to `host` below `prefix` ("/v1.41").
std::string
serialize(const request& x, std::string_view host, std::string_view prefix);

/// `text` fit for one segment of a path or one value of a query.
std::string uri_escape(std::string_view text);

} // namespace atalaya::net
