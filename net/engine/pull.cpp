#include "net/engine/pull.hpp"

#include "net/engine/json.hpp"
#include "net/engine/json_stream.hpp"

namespace atalaya::net {

namespace {

/// A registry that says nothing for so long is gone.
constexpr std::chrono::minutes longest_silence{5};

/// Without a tag the engine would fetch all there are.
std::string query_of(const std::string& image) {
  auto slash = image.rfind('/');
  auto name = slash == image.npos ? 0 : slash + 1;
  auto colon = image.find(':', name);
  if (image.find('@', name) != image.npos)
    return "fromImage=" + uri_escape(image);
  if (colon == image.npos)
    return "fromImage=" + uri_escape(image) + "&tag=latest";
  return "fromImage=" + uri_escape(image.substr(0, colon))
         + "&tag=" + uri_escape(image.substr(colon + 1));
}

} // namespace

pull_progress read_pull_progress(std::string_view text) {
  simdjson::dom::parser parser;
  auto root = json::parse(parser, text);
  auto error = json::text(root["errorDetail"]["message"]);
  if (error.empty())
    error = json::text(root["error"]);
  if (!error.empty())
    throw engine_error{engine_fault::refused, "engine: " + error, 200};
  auto detail = root["progressDetail"];
  return {.layer = json::text(root["id"]),
          .status = json::text(root["status"]),
          .done = json::natural(detail["current"]),
          .total = json::natural(detail["total"])};
}

boost::asio::awaitable<void>
pull(engine_client& from, std::string image,
     std::function<void(const pull_progress&)> tell) {
  request what;
  what.method = "POST";
  what.target = "/images/create?" + query_of(image);
  what.timeout = longest_silence;
  auto answer = co_await from.send(what);
  answer.follow(longest_silence);
  json_stream<pull_progress> lines{std::move(answer), read_pull_progress};
  for (auto x = co_await lines.next(); x; x = co_await lines.next())
    tell(*x);
}

} // namespace atalaya::net
