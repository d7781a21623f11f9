// What an instance may be asked to do, and what for that is to be refused.

#include "actors/instance.hpp"

namespace atalaya {

namespace {

/// That run or wait: each of them names all that it waits for to everybody.
constexpr size_t most_operations = 100;

} // namespace

std::optional<caf::error>
instance_actor_state::refusal_of(const operation_request& x) const {
  if (stopping)
    return failure(errc::unavailable, "the server is stopping");
  if (tasks.active() >= most_operations)
    return failure(errc::too_many_requests,
                   "10 seconds at least: so many operations of this instance "
                   "wait already that no more are taken");
  switch (x.kind) {
    case operation_kind::start:
    case operation_kind::stop:
    case operation_kind::restart:
      if (!facts.contains(container_id(x.target)))
        return failure(errc::not_found,
                       "this instance has no container \"" + x.target + '"');
      if (!engine.reachable)
        return failure(errc::unavailable,
                       "the container engine can't be reached: "
                         + engine.detail);
      return std::nullopt;
    case operation_kind::backup:
      if (!databases.contains(x.target))
        return failure(errc::not_found,
                       "this instance has no database \"" + x.target + '"');
      if (!cluster.reachable)
        return failure(errc::unavailable,
                       "PostgreSQL can't be reached: " + cluster.detail);
      return std::nullopt;
    case operation_kind::delete_backup:
      if (auto i = backups.find(x.target); i == backups.end())
        return failure(errc::not_found, "there is no backup " + x.target);
      else if (i->second.pinned)
        return failure(errc::conflict,
                       "this backup is pinned; take the pin off first");
      return std::nullopt;
    default:
      return failure(errc::unprocessable, "Atalaya can't do this yet");
  }
}

caf::result<operation> instance_actor_state::start(const operation_request& x) {
  if (auto refused = refusal_of(x))
    return std::move(*refused);
  job what;
  what.request = x;
  what.plan = plan;
  if (auto i = backups.find(x.target); i != backups.end())
    what.backup = place_of(i->second);
  if (auto i = databases.find(x.target); i != databases.end()) {
    what.database_size = i->second.sizes.database.value_or(0);
    what.filestore_size = i->second.sizes.filestore.value_or(0);
  }
  return tasks.start(std::move(what));
}

} // namespace atalaya
