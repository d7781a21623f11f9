#include "net/server/api/lookup.hpp"

#include <charconv>

#include "net/ask.hpp"

namespace asio = boost::asio;

namespace atalaya::net::web::api {

asio::awaitable<instance_actor> find_instance(const call& c, std::string name) {
  co_return or_refuse(
    co_await ask<instance_actor>(c.to.sys, c.to.root, c.to.options.ask_timeout,
                                 atom::instance_v, std::move(name)));
}

asio::awaitable<topic_view> view_instance(const call& c) {
  auto timeout = c.to.options.ask_timeout;
  auto instance = co_await find_instance(c, c.places.at('I'));
  auto topic = or_refuse(
    co_await ask<topic_actor>(c.to.sys, instance, timeout, atom::topic_v));
  co_return or_refuse(
    co_await ask<topic_view>(c.to.sys, topic, timeout, atom::get_v));
}

std::string_view member(std::string_view json, std::string_view name) {
  // A quote inside a text is written \", so this can only be the member.
  auto key = '"' + std::string{name} + "\":\"";
  auto i = json.find(key);
  if (i == std::string_view::npos)
    return {};
  json.remove_prefix(i + key.size());
  auto end = json.find_first_of("\\\"");
  while (end != std::string_view::npos && json[end] == '\\')
    end = json.find_first_of("\\\"", end + 2);
  return json.substr(0, end);
}

uint32_t number(const call& c, const std::string& key, uint32_t otherwise,
                uint32_t most) {
  auto text = c.query(key);
  if (!text)
    return otherwise;
  uint32_t value = 0;
  auto end = text->data() + text->size();
  auto [stop, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc{} || stop != end || value == 0 || value > most)
    throw refused{errc::invalid,
                  key + ": must be a number from 1 to " + std::to_string(most)};
  return value;
}

} // namespace atalaya::net::web::api
