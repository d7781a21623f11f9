#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace atalaya::net::web {

/// How the server listens, what it believes, and every bound of it.
struct server_options {
  std::string host = "127.0.0.1";
  uint16_t port = 8420;
  std::string public_url; ///< Empty: scheme and Host of each request.
  std::string base_path = "/";
  std::vector<std::string> trusted_proxies; ///< Addresses or CIDR blocks.
  std::string tls_certificate; ///< PEM chain; with tls_key: HTTPS only.
  std::string tls_key;
  std::string version; ///< Said in `hello` and in openapi.json.
  size_t sessions = 20'000;
  size_t session_log_lines = 5'000;
  size_t header_limit = 16 * 1024;
  size_t body_limit = 1024 * 1024;
  std::chrono::seconds cookie_lasts{30 * 24 * 3600};
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds body_timeout{30'000};
  std::chrono::milliseconds idle_timeout{60'000};
  std::chrono::milliseconds write_timeout{30'000};
  std::chrono::milliseconds session_write_timeout{60'000};
  std::chrono::milliseconds tick{20'000};
  std::chrono::milliseconds ask_timeout{10'000};
  std::chrono::milliseconds stop_timeout{5'000};
};

} // namespace atalaya::net::web
