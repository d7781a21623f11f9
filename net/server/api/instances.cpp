#include <algorithm>

#include "actors/reflect/write_json.hpp"
#include "net/ask.hpp"
#include "net/server/api/handlers.hpp"
#include "net/server/api/lookup.hpp"

namespace atalaya::net::web::api {

namespace {

using values = std::vector<std::string_view>;

/// The values whose keys begin with `prefix`, in the order of their keys.
values below(const topic_view& view, const std::string& prefix) {
  values result;
  for (auto i = view.entities.lower_bound(prefix);
       i != view.entities.end() && i->first.starts_with(prefix); ++i)
    result.push_back(i->second);
  return result;
}

/// Our times are all of one length and zone: they compare as texts.
values newest_first(values xs, std::string_view time) {
  std::stable_sort(xs.begin(), xs.end(), [time](auto a, auto b) {
    return member(a, time) > member(b, time);
  });
  return xs;
}

std::string backup_list(const topic_view& view) {
  return json_list(newest_first(below(view, "backups/"), "created_at"));
}

std::string whole(const topic_view& view, const std::string& instance) {
  std::string out = "{\"seq\":" + std::to_string(view.seq) + ",\"epoch\":";
  write_json(out, view.epoch);
  out += ",\"instance\":" + instance;
  out += ",\"databases\":" + json_list(below(view, "databases/"));
  out += ",\"containers\":" + json_list(below(view, "containers/"));
  out += ",\"backups\":" + backup_list(view);
  out += ",\"operations\":"
         + json_list(newest_first(below(view, "operations/"), "queued_at"));
  return out += '}';
}

/// A sample without what its URL says already.
struct history_point {
  timestamp at;
  std::optional<uint64_t> database;
  std::optional<uint64_t> filestore;
  uint64_t backups = 0;
};
BOOST_DESCRIBE_STRUCT(history_point, (), (at, database, filestore, backups))

history_point to_point(const size_sample& x) {
  return {x.at, x.sizes.database, x.sizes.filestore, x.sizes.backups};
}

} // namespace

reply list_instances(call& c) {
  auto all = or_refuse(co_await ask<std::vector<instance>>(
    c.to.sys, c.to.root, c.to.options.ask_timeout, atom::instances_v));
  co_return json_answer(to_json(all));
}

reply get_instance(call& c) {
  auto view = co_await view_instance(c);
  auto own = view.entities.find("instance");
  if (own == view.entities.end())
    throw refused{errc::unavailable, "the instance " + c.places['I']
                                       + " is only just starting; ask again"};
  co_return json_answer(whole(view, own->second));
}

reply list_backups(call& c) {
  auto view = co_await view_instance(c);
  auto database = c.query("database");
  if (!database)
    co_return json_answer(backup_list(view));
  auto name = to_json(*database);
  name = name.substr(1, name.size() - 2); // as it stands in the entity's JSON
  auto all = below(view, "backups/");
  std::erase_if(all, [&](auto x) { return member(x, "database") != name; });
  co_return json_answer(json_list(newest_first(std::move(all), "created_at")));
}

reply database_history(call& c) {
  constexpr uint32_t most_days = 3'660;
  auto days = number(c, "days", 90, most_days);
  auto view = co_await view_instance(c);
  if (!view.entities.contains("databases/" + c.places['D']))
    throw refused{errc::not_found, "the instance " + c.places['I']
                                     + " has no database " + c.places['D']};
  auto samples = or_refuse(co_await ask<std::vector<size_sample>>(
    c.to.sys, c.to.history, c.to.options.ask_timeout, atom::samples_v,
    c.places['I'], c.places['D'], days));
  std::vector<history_point> points(samples.size());
  std::transform(samples.begin(), samples.end(), points.begin(), to_point);
  co_return json_answer(to_json(points));
}

} // namespace atalaya::net::web::api
