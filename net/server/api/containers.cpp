#include "net/ask.hpp"
#include "net/server/api/accepted.hpp"
#include "net/server/api/handlers.hpp"
#include "net/server/api/lookup.hpp"
#include "net/server/read_body.hpp"

namespace atalaya::net::web::api {

namespace {

struct options {
  std::optional<bool> force;
};
BOOST_DESCRIBE_STRUCT(options, (), (force))

reply request_of(call& c, operation_kind kind) {
  auto wanted = read_body<options>(c.req, true);
  container_role role{};
  if (!from_string(c.places['C'], role))
    throw refused{errc::not_found, "there is no container " + c.places['C']
                                     + ": it is odoo or postgres"};
  auto instance = co_await find_instance(c, c.places['I']);
  operation_request request;
  request.kind = kind;
  request.target = c.places['C'];
  request.requested_by = c.who.user;
  request.role = c.who.role;
  request.force = wanted.force.value_or(false);
  co_return accepted(
    c, or_refuse(co_await ask<operation>(
         c.to.sys, instance, c.to.options.ask_timeout, std::move(request))));
}

} // namespace

reply start(call& c) {
  return request_of(c, operation_kind::start);
}

reply stop(call& c) {
  return request_of(c, operation_kind::stop);
}

reply restart(call& c) {
  return request_of(c, operation_kind::restart);
}

} // namespace atalaya::net::web::api
