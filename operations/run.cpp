#include "operations/run.hpp"

#include <system_error>

#include "net/engine/error.hpp"
#include "operations/backup.hpp"
#include "operations/delete_backup.hpp"
#include "operations/power.hpp"

namespace atalaya {

namespace {

/// Returns what the operation results in, where it results in something.
using operation_function = std::optional<std::string> (*)(context&);

/// Every operation there is, by its kind.
operation_function function_for(operation_kind x) {
  switch (x) {
    case operation_kind::start:
    case operation_kind::stop:
    case operation_kind::restart:
      return power;
    case operation_kind::backup:
      return make_backup;
    case operation_kind::delete_backup:
      return delete_backup;
    default:
      throw operation_failure{"Atalaya can't do this yet"};
  }
}

outcome failed(const std::string& why) {
  return {operation_state::failed, why, std::nullopt};
}

outcome cancelled() {
  return {operation_state::cancelled, std::nullopt, std::nullopt};
}

outcome run(context& ctx) {
  try {
    auto result = function_for(ctx.request.kind)(ctx);
    return {operation_state::succeeded, std::nullopt, std::move(result)};
  } catch (const net::wait_cancelled&) {
    return cancelled();
  } catch (const std::system_error& e) {
    // How odoo/ says it, which knows nothing of operations.
    return e.code() == std::errc::operation_canceled ? cancelled()
                                                     : failed(e.what());
  } catch (const std::exception& e) {
    return failed(e.what());
  }
}

} // namespace

decltype(environment::run)
run_operations(caf::actor_system& sys, workshop shop) {
  return [&sys, shop = std::move(shop)](const job& what) {
    // An actor, so that the actor system knows of the thread and waits for it.
    sys.spawn<caf::detached + caf::hidden>([=](caf::blocking_actor*) {
      context ctx{what, shop};
      auto result = run(ctx);
      ctx.clean();
      caf::anon_send(what.reports, std::move(result));
      caf::anon_send(what.claims, atom::release_v, what.operation);
    });
  };
}

} // namespace atalaya
