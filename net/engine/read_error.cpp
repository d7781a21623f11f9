#include "net/engine/read_error.hpp"

#include "net/engine/json.hpp"
#include "net/engine/utf8.hpp"

namespace atalaya::net {

namespace {

constexpr size_t longest_sentence = 2'000;

std::string message_in(std::string_view body) {
  simdjson::dom::parser parser;
  json::element root;
  if (parser.parse(body.data(), body.size()).get(root))
    return {};
  return json::text(root["message"]);
}

} // namespace

std::string read_error(std::string_view body, int status) {
  auto result = message_in(body);
  if (result.empty())
    result = valid_utf8(body.substr(0, longest_sentence));
  while (!result.empty() && (result.back() == '\n' || result.back() == '\r'))
    result.pop_back();
  return result.empty() ? "HTTP status " + std::to_string(status) : result;
}

} // namespace atalaya::net
