#include "actors/reflect/write_json.hpp"
#include "net/ask.hpp"
#include "net/server/api/handlers.hpp"
#include "net/server/api/lookup.hpp"

namespace atalaya::net::web::api {

reply audit(call& c) {
  constexpr uint32_t most_rows = 10'000;
  auto rows = or_refuse(co_await ask<std::vector<audit_entry>>(
    c.to.sys, c.to.history, c.to.options.ask_timeout, atom::audit_v,
    number(c, "limit", 100, most_rows)));
  co_return json_answer(to_json(rows));
}

} // namespace atalaya::net::web::api
