#include "net/engine/events.hpp"

#include "net/engine/json.hpp"

namespace atalaya::net {

namespace {

constexpr auto docker_filter
  = R"({"type":["container","network"],"event":["create","start","die","stop",)"
    R"("kill","restart","pause","unpause","rename","destroy","oom","update",)"
    R"("health_status","connect","disconnect"]})";

constexpr auto podman_filter = R"({"type":["container"]})";

} // namespace

engine_event read_event(std::string_view text) {
  simdjson::dom::parser parser;
  auto root = json::parse(parser, text);
  engine_event result{.action = json::text(root["Action"]), .container = {}};
  auto actor = root["Actor"];
  if (json::text(root["Type"]) == "container")
    result.container = json::text(actor["ID"]);
  else
    result.container = json::text(actor["Attributes"]["container"]);
  return result;
}

bool changes_container(const engine_event& x) {
  return !x.container.empty() && !x.action.starts_with("exec");
}

boost::asio::awaitable<json_stream<engine_event>> events(engine_client& from) {
  auto who = co_await from.identity();
  request what;
  what.target = "/events?filters="
                + uri_escape(who.podman ? podman_filter : docker_filter);
  what.timeout = std::chrono::milliseconds{0};
  auto answer = co_await from.send(what);
  answer.follow(std::chrono::milliseconds{0});
  co_return json_stream<engine_event>{std::move(answer), read_event};
}

} // namespace atalaya::net
