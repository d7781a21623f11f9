#include "config/read_server.hpp"

#include "config/values.hpp"

namespace atalaya::config {

namespace {

const choices<std::string> log_levels{
  {"trace", "trace"},     {"debug", "debug"}, {"info", "info"},
  {"warning", "warning"}, {"error", "error"}, {"off", "off"}};

const choices<metrics_access> metrics_words{{"token", metrics_access::token},
                                            {"public", metrics_access::public_},
                                            {"off", metrics_access::off}};

constexpr auto absolute_path = "an absolute path";
constexpr auto size = "a size such as \"256 MiB\"";

/// An empty text, or what `parse` understands.
template <class Parse>
auto or_empty(Parse parse) {
  return [parse](std::string_view text) -> std::optional<std::string> {
    return text.empty() ? std::string{} : parse(text);
  };
}

void read_tls(section& from, server& to) {
  auto path = or_empty(parse_absolute_path);
  from.read("tls_certificate", to.tls_certificate, path, absolute_path);
  from.read("tls_key", to.tls_key, path, absolute_path);
  if (to.tls_certificate.empty() == to.tls_key.empty())
    return;
  auto [set, other] = to.tls_key.empty()
                        ? std::pair{"tls_certificate", "tls_key"}
                        : std::pair{"tls_key", "tls_certificate"};
  from.refuse(from.place_of(set), set,
              std::string{"is set without "} + other
                + "; write both, or neither for plain HTTP");
}

} // namespace

void read_server(section& from, server& to) {
  from.read("listen", to.listen, parse_endpoint,
            "HOST:PORT, such as \"127.0.0.1:8420\"");
  from.read("public_url", to.public_url, or_empty(parse_url),
            "the address as browsers see it, such as "
            "\"https://ops.example.com\", or \"\"");
  from.read("data_dir", to.data_dir, parse_absolute_path, absolute_path);
  from.read("engine", to.engine, parse_engine,
            "\"unix:///PATH\" or \"tcp://HOST:PORT\"");
  read_tls(from, to);
  from.read("base_path", to.base_path, parse_base_path,
            "a path such as \"/atalaya/\"");
  from.read_list("trusted_proxies", to.trusted_proxies, parse_network,
                 "addresses such as \"10.0.0.1\" or \"10.0.0.0/8\"");
  from.read_choice("log_level", to.log_level, log_levels);
  from.read_choice("metrics", to.metrics, metrics_words);
}

void read_limits(section& from, limits& to) {
  from.read_number("sessions", to.sessions, 1, 1'000'000);
  from.read_number("session_log_lines", to.session_log_lines, 1, 1'000'000);
  from.read_number("log_backlog", to.log_backlog, 1, 1'000'000);
  from.read("log_archive", to.log_archive, parse_size, size);
  from.read("upload", to.upload, parse_size, size);
  from.read_number("operations_at_once", to.operations_at_once, 1, 64);
  from.read("undo_for", to.undo_for, parse_duration,
            "a time such as \"24h\" or \"7d\"");
  from.read("undo_room", to.undo_room, parse_percent,
            "a share such as \"20 %\"");
}

} // namespace atalaya::config
