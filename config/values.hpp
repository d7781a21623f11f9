#pragma once

// The texts of the configuration that mean more than a text. Each parser
// answers nothing where `text` is not what it reads.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/configuration.hpp"

namespace atalaya::config {

/// "256 MiB" in bytes. Units B, KiB, MiB, GiB, TiB; the blank may be left out.
std::optional<uint64_t> parse_size(std::string_view text);

/// "20 %", from 0 to 100.
std::optional<uint32_t> parse_percent(std::string_view text);

/// "90s", "15m", "24h", "90d"; at most a hundred years.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);

/// "127.0.0.1:8420", "[::1]:8420", "localhost:0".
std::optional<endpoint> parse_endpoint(std::string_view text);

/// "unix:///var/run/docker.sock" or "tcp://host:2375".
std::optional<std::string> parse_engine(std::string_view text);

/// "http://…" or "https://…" without user, query and fragment.
std::optional<std::string> parse_url(std::string_view text);

/// "atalaya", "/atalaya" and "/atalaya/" are all "/atalaya/".
std::optional<std::string> parse_base_path(std::string_view text);

/// "10.0.0.1", "10.0.0.0/8", "fd00::/8".
std::optional<std::string> parse_network(std::string_view text);

/// Begins with "/".
std::optional<std::string> parse_absolute_path(std::string_view text);

/// An ECMAScript regular expression that compiles; 1,000 characters at most.
std::optional<std::string> parse_regex(std::string_view text);

/// Five fields of cron.
std::optional<std::string> parse_cron_text(std::string_view text);

/// [a-z0-9-]{1,40}, the name of an instance or a remote.
std::optional<std::string> parse_name(std::string_view text);

/// Anything but an empty text.
std::optional<std::string> parse_some(std::string_view text);

} // namespace atalaya::config
