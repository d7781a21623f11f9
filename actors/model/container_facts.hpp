#pragma once

// What the engine says of one container, reduced to what Atalaya decides by.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>

namespace atalaya {

struct network_facts {
  std::string name;
  std::string ip; ///< Empty where the engine gives none (rootless).
  std::vector<std::string> aliases;
  bool operator==(const network_facts&) const = default;
};
BOOST_DESCRIBE_STRUCT(network_facts, (), (name, ip, aliases))

struct mount_facts {
  std::string type; ///< "volume", "bind", "tmpfs"
  std::string name;
  std::string source; ///< The path on the engine's host.
  std::string target; ///< The path in the container.
  bool operator==(const mount_facts&) const = default;
};
BOOST_DESCRIBE_STRUCT(mount_facts, (), (type, name, source, target))

/// A port of the container that is published on the engine's host.
struct port_facts {
  uint16_t port = 0;
  std::string host_ip;
  uint16_t host_port = 0;
  bool operator==(const port_facts&) const = default;
};
BOOST_DESCRIBE_STRUCT(port_facts, (), (port, host_ip, host_port))

struct container_facts {
  std::string id;
  std::string name; ///< Without the engine's leading slash.
  std::string image;
  std::string image_id;
  std::string state; ///< The engine's word: "running", "exited", …
  std::optional<std::string> health;
  /// When it last began; null for a container that never ran.
  std::optional<std::chrono::sys_time<std::chrono::milliseconds>> started_at;
  std::optional<int32_t> exit_code;  ///< Of a container that has ended.
  std::optional<std::string> detail; ///< The engine's error, "out of memory".
  bool tty = false;
  std::vector<std::string> command; ///< Entrypoint and arguments.
  std::map<std::string, std::string> environment;
  std::map<std::string, std::string> labels;
  std::vector<network_facts> networks;
  std::vector<mount_facts> mounts;
  std::vector<port_facts> ports;
  /// Text of the Odoo configuration file in it, where it has one.
  std::optional<std::string> odoo_conf;
  bool operator==(const container_facts&) const = default;
};
BOOST_DESCRIBE_STRUCT(container_facts, (),
                      (id, name, image, image_id, state, health, started_at,
                       exit_code, detail, tty, command, environment, labels,
                       networks, mounts, ports, odoo_conf))

} // namespace atalaya
