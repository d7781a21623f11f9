#include "actors/database.hpp"

namespace atalaya {

namespace {

database_state state_of(const database_inputs& x) {
  if (!x.reachable)
    return database_state::unreachable;
  if (x.busy)
    return database_state::busy;
  if (!x.row.listed)
    return database_state::foreign;
  if (!x.row.has_modules || !x.row.base_version)
    return database_state::starting;
  if (x.series && series_of(*x.row.base_version) != *x.series)
    return database_state::other_version;
  return database_state::ready;
}

} // namespace

std::string series_of(const std::string& version) {
  auto dot = version.find('.');
  return version.substr(0,
                        dot == version.npos ? dot : version.find('.', dot + 1));
}

database describe(const database_inputs& x) {
  database result;
  result.name = x.row.name;
  if (x.row.base_version)
    result.version = series_of(*x.row.base_version);
  result.state = state_of(x);
  result.neutralized = x.row.neutralized;
  result.connections = x.reachable ? x.row.connections : 0;
  result.sizes.database = x.row.size;
  result.sizes.filestore = x.filestore;
  result.sizes.backups = x.backups;
  result.sizes.total = x.row.size.value_or(0) + x.filestore.value_or(0)
                       + x.backups;
  result.sized_at = x.row.sized_at;
  return result;
}

void database_actor_state::report() {
  auto current = describe(inputs);
  if (!told || reported == current)
    return;
  reported = current;
  self->send(owner, std::move(current));
}

database_actor::behavior_type
database_child(database_actor::stateful_pointer<database_actor_state> self,
               instance_actor owner, std::string name) {
  auto& st = self->state;
  st.owner = std::move(owner);
  st.inputs.row.name = std::move(name);
  auto set = [self](auto member, auto value) {
    self->state.inputs.*member = std::move(value);
    self->state.report();
  };
  return {
    [=](const catalog_row& x) {
      self->state.told = true;
      set(&database_inputs::row, x);
    },
    [=](atom::filestore, const std::optional<uint64_t>& x) {
      set(&database_inputs::filestore, x);
    },
    [=](atom::backups, uint64_t x) { set(&database_inputs::backups, x); },
    [=](atom::reachable, bool x) { set(&database_inputs::reachable, x); },
    [=](atom::busy, bool x) { set(&database_inputs::busy, x); },
    [=](atom::series, const std::optional<std::string>& x) {
      set(&database_inputs::series, x);
    },
  };
}

} // namespace atalaya
