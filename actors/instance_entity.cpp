// What people see of an instance as a whole, from all that it knows.

#include "actors/instance.hpp"
#include "actors/model/odoo_options.hpp"

namespace atalaya {

instance instance_actor_state::describe() const {
  instance result;
  result.name = plan.name;
  result.odoo_url = plan.odoo_url;
  result.disks = files.disks;
  for (const auto& [called, x] : databases) {
    result.sizes.database += x.sizes.database.value_or(0);
    result.sizes.filestore += x.sizes.filestore.value_or(0);
  }
  for (const auto& [called, bytes] : backup_sizes)
    result.sizes.backups += bytes;
  result.sizes.total = result.sizes.database + result.sizes.filestore
                       + result.sizes.backups;
  auto odoo = facts.find(plan.odoo_container);
  if (odoo != facts.end())
    result.version = model::odoo_series_of(odoo->second);
  if (!result.version)
    result.version = commonest_version();
  if (!engine.reachable) {
    result.state = instance_state::engine_unreachable;
    result.detail = engine.detail;
  } else if (!plan.detail.empty() || odoo == facts.end()) {
    result.state = instance_state::incomplete;
    result.detail = plan.detail.empty() ? "its Odoo container is gone"
                                        : plan.detail;
  } else if (!cluster.reachable) {
    result.state = instance_state::postgres_unreachable;
    result.detail = cluster.detail;
  } else {
    result.state = instance_state::ok;
    auto detail = files.detail;
    if (listing && !listing->detail.empty())
      detail += (detail.empty() ? "" : "; ") + listing->detail;
    if (!detail.empty())
      result.detail = detail;
  }
  return result;
}

std::optional<std::string> instance_actor_state::commonest_version() const {
  std::map<std::string, size_t> counts;
  std::optional<std::string> result;
  for (const auto& [called, x] : databases)
    if (x.version
        && (++counts[*x.version],
            !result || counts[*x.version] > counts[*result]))
      result = x.version;
  return result;
}

} // namespace atalaya
