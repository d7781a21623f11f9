#include "net/ask.hpp"
#include "net/server/api/accepted.hpp"
#include "net/server/api/handlers.hpp"
#include "net/server/api/lookup.hpp"

namespace atalaya::net::web::api {

namespace {

constexpr uint32_t most_operations = 1'000;

boost::asio::awaitable<operation_record> find_operation(const call& c) {
  co_return or_refuse(co_await ask<operation_record>(
    c.to.sys, c.to.history, c.to.options.ask_timeout, atom::get_v,
    c.places.at('O')));
}

} // namespace

reply list_operations(call& c) {
  operation_query query;
  query.instance = c.query("instance");
  query.limit = number(c, "limit", 100, most_operations);
  if (auto state = c.query("state"))
    if (!from_string(*state, query.state.emplace()))
      throw refused{errc::invalid, "state: unknown value \"" + *state + '"'};
  auto found = or_refuse(co_await ask<std::vector<operation>>(
    c.to.sys, c.to.history, c.to.options.ask_timeout, query));
  co_return json_answer(to_json(found));
}

reply get_operation(call& c) {
  auto found = co_await find_operation(c);
  auto json = to_json(found.operation);
  json.back() = ',';
  json += "\"log\":";
  write_json(json, found.log);
  co_return json_answer(json += '}');
}

reply cancel_operation(call& c) {
  auto found = co_await find_operation(c);
  if (ended(found.operation.state))
    throw refused{errc::conflict, "this operation has already ended"};
  auto instance = co_await find_instance(c, found.operation.instance);
  auto cancelled = or_refuse(
    co_await ask<operation>(c.to.sys, instance, c.to.options.ask_timeout,
                            atom::cancel_v, found.operation.id, c.who));
  co_return accepted(c, cancelled);
}

} // namespace atalaya::net::web::api
