// The backups of an instance: a child for each file that the surveyor found.

#include "actors/backup.hpp"
#include "actors/instance.hpp"

namespace atalaya {

namespace {

constexpr std::chrono::minutes list_timeout{2};

caf::error no_backup(const std::string& id) {
  return failure(errc::not_found, "there is no backup " + id);
}

} // namespace

void instance_actor_state::list_backups() {
  self->request(env->surveyor, list_timeout, atom::backups_v, plan.backups)
    .then([this](const backup_listing& x) { on(x); },
          [](const caf::error&) {
            // Asked again at the next look.
          });
}

void instance_actor_state::on(const backup_listing& x) {
  if (listing == x)
    return;
  listing = x;
  auto old = std::exchange(backups, {});
  backup_sizes.clear();
  for (const auto& file : x.backups) {
    backup_sizes[file.database] += file.size;
    backups[file.id] = file;
    auto child = kids.find("backup " + file.id);
    auto known = old.find(file.id);
    if (!child)
      kids.keep("backup " + file.id);
    else if (known == old.end() || known->second != file)
      self->send(caf::actor_cast<backup_actor>(child), file);
  }
  for (const auto& [id, gone_one] : old) {
    if (backups.contains(id))
      continue;
    kids.drop("backup " + id);
    self->send(topic, atom::remove_v, "backups/" + id);
  }
  for (const auto& row : cluster.databases)
    tell_database(row.name);
  put_self();
}

void instance_actor_state::on(const backup& x) {
  auto i = backups.find(x.id);
  if (i == backups.end())
    return;
  i->second = x;
  self->send(topic, atom::put_v, "backups/" + x.id, entity{x});
}

backup_place instance_actor_state::place_of(const backup& x) const {
  backup_place result{x, plan.backups + '/'};
  if (listing)
    if (auto i = listing->paths.find(x.id); i != listing->paths.end())
      result.path += i->second;
  return result;
}

caf::result<backup_place>
instance_actor_state::find_backup(const std::string& id) const {
  auto i = backups.find(id);
  if (i == backups.end())
    return no_backup(id);
  return place_of(i->second);
}

caf::result<backup>
instance_actor_state::change(const std::string& id, const backup_change& x) {
  auto child = kids.find("backup " + id);
  if (!child)
    return no_backup(id);
  return self->delegate(caf::actor_cast<backup_actor>(child), x);
}

} // namespace atalaya
