#pragma once

#include "net/server/call.hpp"

namespace atalaya::net::web::api {

/// The instance that the call's path names. Throws `refused`: not_found.
boost::asio::awaitable<instance_actor>
find_instance(const call& c, std::string name);

/// The state of the instance that the call's path names, as JSON by key.
boost::asio::awaitable<topic_view> view_instance(const call& c);

/// The text of the member `name` of an entity's JSON, as our own writer wrote
/// it; empty where it is absent or no text.
std::string_view member(std::string_view json, std::string_view name);

/// The query's `key` as a number from 1 to `most`; `otherwise` where it is
/// not given. Throws `refused`: invalid.
uint32_t number(const call& c, const std::string& key, uint32_t otherwise,
                uint32_t most);

/// `[a,b,c]` of JSON values.
template <class Range>
std::string json_list(const Range& values) {
  std::string result = "[";
  for (auto separator = ""; auto& value : values) {
    result += separator;
    result += value;
    separator = ",";
  }
  return result += ']';
}

} // namespace atalaya::net::web::api
