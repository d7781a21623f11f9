#pragma once

// Reads a request's JSON into a described struct. Brings in simdjson: for .cpp
// files only.

#include "actors/reflect/read_json.hpp"
#include "net/server/answer.hpp"
#include "net/server/request.hpp"

namespace atalaya::net::web {

/// What `text` holds. Throws json_error.
template <class T>
T parse_json(std::string text) {
  thread_local simdjson::ondemand::parser parser;
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  return read_json<T>(parser, simdjson::padded_string_view{
                                text.data(), text.size(), text.capacity()});
}

/// The request's body; throws `refused` with the reader's sentence. A body
/// that may be left out is `{}` then.
template <class T>
T read_body(const request& req, bool optional = false) {
  if (req.body.empty() && optional)
    return T{};
  auto type = req.header("Content-Type");
  if (!same_word(trimmed(type.substr(0, type.find(';'))), "application/json"))
    throw refused{errc::invalid, "the body must be JSON: send it with "
                                 "Content-Type: application/json"};
  try {
    return parse_json<T>(req.body);
  } catch (const json_error& e) {
    throw refused{errc::invalid, e.message()};
  }
}

} // namespace atalaya::net::web
