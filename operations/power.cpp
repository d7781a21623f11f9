#include "operations/power.hpp"

namespace atalaya {

namespace {

/// How long a container has to end before it is killed. Odoo ends within two
/// seconds, or not at all: as process 1 it does not hear a signal that comes
/// while it is starting. PostgreSQL writes what it has in memory first, and a
/// kill would cost it a recovery.
std::chrono::seconds grace_of(const std::string& role) {
  return std::chrono::seconds{role == "postgres" ? 60 : 10};
}

/// What a container says that ended when it should run.
std::string epitaph(const container_facts& x) {
  auto result = x.name + " is " + x.state + " after it was started";
  if (x.exit_code)
    result += ", exit code " + std::to_string(*x.exit_code);
  if (x.detail)
    result += ": " + *x.detail;
  return result + "; its log says why";
}

} // namespace

std::optional<std::string> power(context& ctx) {
  const auto& id = ctx.request.target == "odoo" ? ctx.plan.odoo_container
                                                : ctx.plan.postgres_container;
  auto grace = grace_of(ctx.request.target);
  auto before = ctx.wait(ctx.engine.inspect(id));
  ctx.log(before.name + " is " + before.state);
  switch (ctx.request.kind) {
    case operation_kind::start:
      ctx.phase("starting");
      ctx.wait(ctx.engine.start(id));
      break;
    case operation_kind::stop:
      ctx.phase("stopping");
      ctx.wait(ctx.engine.stop(id, grace));
      break;
    default:
      // One request for both halves: were this program to die between a stop
      // and a start of its own, the container would stay stopped.
      ctx.phase("restarting");
      ctx.wait(ctx.engine.restart(id, grace));
  }
  auto after = ctx.wait(ctx.engine.inspect(id));
  ctx.log(after.name + " is " + after.state);
  if (ctx.request.kind != operation_kind::stop && after.state != "running")
    throw operation_failure{epitaph(after)};
  return std::nullopt;
}

} // namespace atalaya
