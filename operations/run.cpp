#include "operations/run.hpp"

#include "net/engine/error.hpp"
#include "operations/power.hpp"

namespace atalaya {

namespace {

using operation_function = void (*)(context&);

/// Every operation there is, by its kind.
operation_function function_for(operation_kind x) {
  switch (x) {
    case operation_kind::start:
    case operation_kind::stop:
    case operation_kind::restart:
      return power;
    default:
      throw operation_failure{"Atalaya can't do this yet"};
  }
}

outcome failed(const std::string& why) {
  return {operation_state::failed, why, std::nullopt};
}

outcome run(context& ctx) {
  try {
    function_for(ctx.request.kind)(ctx);
    return {};
  } catch (const net::wait_cancelled&) {
    return {operation_state::cancelled, std::nullopt, std::nullopt};
  } catch (const std::exception& e) {
    return failed(e.what());
  }
}

} // namespace

decltype(environment::run)
run_operations(caf::actor_system& sys, net::engine_address engine) {
  return
    [&sys, engine](const operation_request& request, const instance_plan& plan,
                   operation_actor reports, cancel_flag cancelled) {
      // An actor, so that the actor system knows of the thread and waits for
      // it.
      sys.spawn<caf::detached + caf::hidden>([=](caf::blocking_actor*) {
        context ctx{request, plan, reports, cancelled,
                    net::engine_client{engine}};
        caf::anon_send(reports, run(ctx));
      });
    };
}

} // namespace atalaya
