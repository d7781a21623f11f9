#include "actors/reflect/write_json.hpp"
#include "net/server/api/handlers.hpp"

namespace atalaya::net::web::api {

namespace {

/// What people call a place of a pattern.
std::string_view place_name(char place) {
  switch (place) {
    case 'I':
      return "Name of an instance";
    case 'D':
      return "Name of a database";
    case 'B':
      return "Id of a backup";
    case 'C':
      return "odoo or postgres";
    default:
      return "Id of an operation";
  }
}

std::string describe_places(std::string_view pattern) {
  std::string out = "[";
  for (size_t i = 0; (i = pattern.find('{', i)) != std::string_view::npos;
       ++i) {
    auto place = pattern[i + 1];
    out += out.size() > 1 ? ",{\"name\":\"" : "{\"name\":\"";
    out += place;
    out += "\",\"in\":\"path\",\"required\":true,\"schema\":{\"type\":"
           "\"string\"},\"description\":";
    write_json(out, place_name(place));
    out += '}';
  }
  return out += ']';
}

std::string describe(const route& x) {
  std::string method{x.method};
  for (auto& c : method)
    c = static_cast<char>(c - 'A' + 'a');
  auto out = '"' + method + "\":{\"summary\":";
  write_json(out, x.summary);
  out += ",\"x-role\":";
  write_json(out, x.least ? to_string(*x.least) : std::string{"anybody"});
  out += ",\"parameters\":" + describe_places(x.pattern);
  return out += ",\"responses\":{\"default\":{\"description\":\"The answer, or "
                "application/problem+json\"}}}";
}

} // namespace

reply events(call& c) {
  if (!c.req.wants_socket())
    throw refused{errc::invalid, "events come over a WebSocket: ask for an "
                                 "upgrade"};
  if (!c.req.header("Sec-WebSocket-Protocol").empty()
      && !c.req.header_has("Sec-WebSocket-Protocol", "atalaya.v1"))
    throw refused{errc::invalid, "the only subprotocol is atalaya.v1"};
  answer result;
  result.socket_for = c.who;
  co_return result;
}

reply health(call&) {
  answer result;
  result.type = "text/plain; charset=utf-8";
  result.body = "ok";
  co_return result;
}

reply openapi(call& c) {
  std::map<std::string_view, std::string> paths;
  for (auto& x : routes()) {
    auto& methods = paths[x.pattern];
    methods += (methods.empty() ? "" : ",") + describe(x);
  }
  std::string out = "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Atalaya\","
                    "\"version\":";
  write_json(out, c.to.options.version);
  auto base = c.to.options.base_path;
  if (base.size() > 1)
    base.pop_back(); // every path begins with the slash
  out += "},\"servers\":[{\"url\":";
  write_json(out, base);
  out += "}],\"paths\":{";
  for (auto separator = ""; auto& [pattern, methods] : paths) {
    out.append(separator).append("\"").append(pattern).append("\":{");
    out += methods + '}';
    separator = ",";
  }
  co_return json_answer(out += "}}");
}

} // namespace atalaya::net::web::api
