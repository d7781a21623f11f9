#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/server/url.hpp"

namespace atalaya::net::web {

/// A request as the routes see it: whole, decoded, free of the HTTP library.
struct request {
  std::string method;
  std::string path; ///< Below the base path, still encoded: "/api/session".
  std::vector<std::string> segments;
  std::map<std::string, std::string> query;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string address; ///< Who asks; a trusted proxy's word is taken for it.
  std::string host;    ///< "example.com:8443"
  bool secure = false; ///< It came by TLS, at least to the trusted proxy.

  /// The header's value, empty where there is none. Headers that were there
  /// several times are one, joined by ", ".
  std::string_view header(std::string_view name) const {
    for (auto& [key, value] : headers)
      if (same_word(key, name))
        return value;
    return {};
  }

  /// Whether the comma-separated header `name` has this word.
  bool header_has(std::string_view name, std::string_view word) const {
    for (auto rest = header(name); !rest.empty();) {
      auto part = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(rest.size(), part.size() + 1));
      if (same_word(trimmed(part), word))
        return true;
    }
    return false;
  }

  /// Whether the client has what carries this tag (RFC 9110, 13.1.2).
  bool has_already(std::string_view etag) const {
    return header_has("If-None-Match", etag)
           || header_has("If-None-Match", "W/" + std::string{etag})
           || trimmed(header("If-None-Match")) == "*";
  }

  /// Whether it asks for a WebSocket.
  bool wants_socket() const {
    return header_has("Upgrade", "websocket");
  }

  /// Whether its method changes nothing (RFC 9110, 9.2.1).
  bool safe() const {
    return method == "GET" || method == "HEAD" || method == "OPTIONS";
  }
};

} // namespace atalaya::net::web
