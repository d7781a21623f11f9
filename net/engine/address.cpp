#include "net/engine/address.hpp"

#include <charconv>
#include <stdexcept>

namespace atalaya::net {

namespace {

/// What the kernel's sockaddr_un has room for, without the closing zero.
constexpr size_t longest_path = 107;

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
  throw std::invalid_argument{"engine address \"" + std::string{text}
                              + "\": " + why};
}

engine_address parse_unix(std::string_view text, std::string_view path) {
  if (!path.starts_with('/'))
    refuse(text, "the path must be absolute; write three slashes, as in "
                 "unix:///var/run/docker.sock");
  if (path.size() > longest_path)
    refuse(text, "the path of a unix socket has at most 107 characters; link "
                 "to it from a shorter one");
  if (path.find('\0') != path.npos)
    refuse(text, "the path holds a zero byte; take it out");
  return {.path = std::string{path}, .host = {}, .port = 0};
}

engine_address parse_tcp(std::string_view text, std::string_view rest) {
  auto colon = rest.rfind(':');
  if (colon == rest.npos || rest.find_first_of("/?# ") != rest.npos)
    refuse(text, "a host and a port are needed and nothing else; write it as "
                 "tcp://127.0.0.1:2375");
  auto host = rest.substr(0, colon), digits = rest.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != host.npos)
    refuse(text, "an IPv6 address stands in brackets; write it as "
                 "tcp://[::1]:2375");
  if (host.empty())
    refuse(text, "the host is missing; write it as tcp://127.0.0.1:2375");
  uint16_t port = 0;
  auto end = digits.data() + digits.size();
  auto read = std::from_chars(digits.data(), end, port);
  if (read.ec != std::errc{} || read.ptr != end || port == 0)
    refuse(text, "the port must be a number from 1 to 65535");
  return {.path = {}, .host = std::string{host}, .port = port};
}

} // namespace

engine_address parse_engine_address(std::string_view text) {
  constexpr std::string_view local = "unix://", remote = "tcp://";
  if (text.starts_with(local))
    return parse_unix(text, text.substr(local.size()));
  if (text.starts_with(remote))
    return parse_tcp(text, text.substr(remote.size()));
  refuse(text, "must be unix:///path or tcp://host:port");
}

std::string to_string(const engine_address& x) {
  if (!x.path.empty())
    return "unix://" + x.path;
  auto host = x.host.find(':') == x.host.npos ? x.host : "[" + x.host + "]";
  return "tcp://" + host + ":" + std::to_string(x.port);
}

} // namespace atalaya::net
