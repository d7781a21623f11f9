#pragma once

// What an operator may set: one struct a table of the file, each field under
// the key of the same name, with the default that holds when it isn't there.
// config/example.toml says the same in words.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace atalaya::config {

/// Where to listen, or whom to reach, over TCP.
struct endpoint {
  std::string host; ///< Name or address; an IPv6 address without brackets.
  uint16_t port = 0;
  bool operator==(const endpoint&) const = default;
};

/// Who may read /metrics.
enum class metrics_access : uint8_t { token, public_, off };

/// [server]
struct server {
  endpoint listen{"127.0.0.1", 8420};
  std::string public_url; ///< Empty: scheme and Host of each request.
  std::string data_dir = "/var/lib/atalaya";
  std::string engine = "unix:///var/run/docker.sock";
  std::string tls_certificate; ///< Set together with tls_key, or not at all.
  std::string tls_key;
  std::string base_path = "/";              ///< Begins and ends with "/".
  std::vector<std::string> trusted_proxies; ///< Addresses, or ADDRESS/BITS.
  std::string log_level = "info";           ///< As spdlog names them.
  metrics_access metrics = metrics_access::token;
  bool operator==(const server&) const = default;
};

/// [limits]
struct limits {
  uint32_t sessions = 20'000;
  uint32_t session_log_lines = 5'000;
  uint32_t log_backlog = 5'000;
  uint64_t log_archive = uint64_t{256} << 20; ///< Bytes per container.
  uint64_t upload = uint64_t{64} << 30;       ///< Bytes.
  uint32_t operations_at_once = 2;            ///< Per instance.
  std::chrono::seconds undo_for = std::chrono::hours{24};
  uint32_t undo_room = 20; ///< Percent of the disk.
  bool operator==(const limits&) const = default;
};

/// How a backup is proved.
enum class proof : uint8_t { read, restored };

/// How many backups of each kind retention leaves.
struct retention {
  uint32_t last = 0;
  uint32_t daily = 0;
  uint32_t weekly = 0;
  uint32_t monthly = 0;
  bool operator==(const retention&) const = default;
};

/// [[instance.schedule]]
struct schedule {
  std::string databases; ///< Regular expression for the whole name.
  std::string when;      ///< Five fields of cron, in the server's time zone.
  std::optional<retention> keep; ///< Not given: nothing is ever deleted.
  proof prove = proof::read;
  std::vector<std::string> copy_to; ///< Names of remotes.
  bool operator==(const schedule&) const = default;
};

enum class foreign_databases : uint8_t { hide, show };

/// What happens to Odoo while modules are updated.
enum class update_mode : uint8_t { live, stop };

/// What backups are packed for: the least time, or the least room.
enum class compression : uint8_t { fast, smallest };

/// [[instance]]. An empty text is found out from the containers.
struct instance {
  std::string name; ///< [a-z0-9-]{1,40}
  std::string odoo_container;
  std::string postgres_container;
  std::string postgres;  ///< libpq connection string.
  std::string filestore; ///< Empty or unreadable: through the engine.
  std::string backups;   ///< Empty: backups/NAME in the data directory.
  std::string odoo_url;
  std::string database_filter = ".*";
  foreign_databases foreign = foreign_databases::hide;
  update_mode update = update_mode::live;
  config::compression compression = config::compression::fast;
  std::vector<schedule> schedules;
  bool operator==(const instance&) const = default;
};

enum class notice : uint8_t {
  backup_failed,
  backup_overdue,
  proof_failed,
  disk_forecast,
  restart_loop,
};

/// [[notify]]
struct notification {
  std::string url;
  std::vector<notice> events; ///< Not given: every one there is.
  bool operator==(const notification&) const = default;
};

enum class remote_kind : uint8_t { atalaya, odoo, rclone };

/// [[remote]]
struct remote {
  std::string name; ///< [a-z0-9-]{1,40}
  remote_kind kind = remote_kind::atalaya;
  std::string url;
  std::string token_file;
  bool operator==(const remote&) const = default;
};

/// The whole file. No instance: those of the local engine are discovered.
struct configuration {
  struct server server;
  struct limits limits;
  std::vector<instance> instances;
  std::vector<notification> notifications;
  std::vector<remote> remotes;
  bool operator==(const configuration&) const = default;
};

} // namespace atalaya::config
