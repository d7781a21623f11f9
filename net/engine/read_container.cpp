#include "net/engine/read_container.hpp"

#include <algorithm>
#include <charconv>

#include "actors/reflect/time.hpp"
#include "net/engine/json.hpp"

namespace atalaya::net {

namespace {

using json::element;

/// Podman has more words than Docker; the public contract has Docker's.
std::string state_word(const std::string& x) {
  if (x == "stopped")
    return "exited";
  if (x == "configured" || x == "initialized")
    return "created";
  return x == "stopping" ? "running" : x;
}

bool has_ended(const std::string& state) {
  return state != "running" && state != "created" && state != "paused";
}

std::optional<std::string> not_empty(std::string x) {
  return x.empty() ? std::nullopt : std::optional{std::move(x)};
}

void read_state(const element& root, container_facts& x) {
  auto state = root["State"];
  x.state = state_word(json::text(state["Status"]));
  if (auto health = json::text(state["Health"]["Status"]); health != "none")
    x.health = not_empty(health);
  // Never started is the year 1.
  auto began = parse_rfc3339(json::text(state["StartedAt"]));
  if (began && began->time_since_epoch().count() > 0)
    x.started_at = began;
  if (x.started_at && has_ended(x.state))
    x.exit_code = static_cast<int32_t>(json::whole(state["ExitCode"]));
  x.detail = not_empty(json::text(state["Error"]));
  if (!x.detail && json::yes(state["OOMKilled"]))
    x.detail = "out of memory";
}

void read_command(const element& root, container_facts& x) {
  auto add = [&x](const element& word) {
    x.command.push_back(json::text(word));
  };
  if (auto path = json::text(root["Path"]); !path.empty()) {
    x.command.push_back(path);
    json::each(root["Args"], add);
    return;
  }
  json::each(root["Config"]["Entrypoint"], add);
  json::each(root["Config"]["Cmd"], add);
}

void read_environment(const element& root, container_facts& x) {
  json::each(root["Config"]["Env"], [&x](const element& entry) {
    auto line = json::text(entry);
    auto sign = std::min(line.find('='), line.size());
    auto value = sign == line.size() ? "" : line.substr(sign + 1);
    x.environment[line.substr(0, sign)] = value;
  });
}

network_facts read_network(const std::string& name, const element& in) {
  network_facts result{
    .name = name, .ip = json::text(in["IPAddress"]), .aliases = {}};
  auto add = [&result](const element& alias) {
    auto text = json::text(alias);
    if (std::ranges::count(result.aliases, text) == 0)
      result.aliases.push_back(text);
  };
  json::each(in["Aliases"], add);
  // From API 1.44 on the names that others may use stand here.
  json::each(in["DNSNames"], add);
  if (result.ip.empty())
    result.ip = json::text(in["GlobalIPv6Address"]);
  return result;
}

void read_networks(const element& root, container_facts& x) {
  auto settings = root["NetworkSettings"];
  json::each_field(settings["Networks"],
                   [&x](const std::string& name, const element& in) {
                     x.networks.push_back(read_network(name, in));
                   });
}

uint16_t port_number(std::string_view text) {
  uint16_t result = 0;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result;
}

void read_ports(const element& root, container_facts& x) {
  auto each_port = [&x](const std::string& key, const element& bindings) {
    // "8069/tcp"; nothing that Atalaya asks for speaks UDP.
    if (!key.ends_with("/tcp"))
      return;
    json::each(bindings, [&](const element& binding) {
      x.ports.push_back(
        {.port = port_number(key),
         .host_ip = json::text(binding["HostIp"]),
         .host_port = port_number(json::text(binding["HostPort"]))});
    });
  };
  json::each_field(root["NetworkSettings"]["Ports"], each_port);
}

void read_mounts(const element& root, container_facts& x) {
  json::each(root["Mounts"], [&x](const element& in) {
    x.mounts.push_back({.type = json::text(in["Type"]),
                        .name = json::text(in["Name"]),
                        .source = json::text(in["Source"]),
                        .target = json::text(in["Destination"])});
  });
  // The engines give them in another order each time.
  std::ranges::sort(x.mounts, {}, &mount_facts::target);
}

void read_labels(const element& root, container_facts& x) {
  json::each_field(root["Config"]["Labels"],
                   [&x](const std::string& key, const element& value) {
                     x.labels[key] = json::text(value);
                   });
}

} // namespace

std::vector<std::string> read_container_ids(std::string_view text) {
  simdjson::dom::parser parser;
  std::vector<std::string> result;
  json::each(json::parse(parser, text), [&result](const element& in) {
    result.push_back(json::text(in["Id"]));
  });
  return result;
}

container_facts read_container(std::string_view text) {
  simdjson::dom::parser parser;
  auto root = json::parse(parser, text);
  container_facts result;
  result.id = json::text(root["Id"]);
  if (result.id.empty())
    throw engine_error{engine_fault::protocol,
                       "engine: it describes a container without an id"};
  result.name = json::text(root["Name"]);
  if (result.name.starts_with('/'))
    result.name.erase(0, 1);
  result.image = json::text(root["Config"]["Image"]);
  result.image_id = json::text(root["Image"]);
  result.tty = json::yes(root["Config"]["Tty"]);
  read_state(root, result);
  read_command(root, result);
  read_environment(root, result);
  read_labels(root, result);
  read_networks(root, result);
  read_mounts(root, result);
  read_ports(root, result);
  return result;
}

} // namespace atalaya::net
