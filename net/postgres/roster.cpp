#include "net/postgres/roster.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace atalaya::net::pg {

namespace {

using namespace std::chrono_literals;

constexpr auto busy_interval = 10s;
constexpr auto idle_interval = 5min;
constexpr auto making_interval = 2s;
constexpr auto making_time = 60s;
/// A round of looking finds its turn a little early at times.
constexpr auto slack = 100ms;

} // namespace

void roster::sighted(std::vector<sighting> all, time_point now) {
  std::set<uint32_t> oids;
  for (auto& x : all) {
    oids.insert(x.oid);
    auto [i, added] = entries_.try_emplace(x.oid);
    auto& e = i->second;
    if (added) {
      e.newcomer = looked_before_;
      e.first_seen = now;
    }
    e.row.name = x.name;
    e.row.listed = x.listed;
    e.row.connections = x.connections;
    e.seen = std::move(x);
  }
  std::erase_if(entries_,
                [&](const auto& x) { return !oids.contains(x.first); });
  looked_before_ = true;
}

bool roster::due(const std::optional<question>& last, const sighting& seen,
                 time_point now) {
  if (!last)
    return true;
  auto age = now - last->asked_at + slack;
  return age >= idle_interval
         || (age >= busy_interval && last->writes != seen.writes);
}

bool roster::being_made(const entry& x, time_point now) {
  return x.newcomer && !x.row.base_version && now - x.first_seen < making_time
         && (!x.inside || now - x.inside->asked_at + slack >= making_interval);
}

std::vector<uint32_t> roster::to_measure(time_point now) {
  std::vector<uint32_t> oids;
  for (auto& [oid, x] : entries_) {
    if (!due(x.size, x.seen, now))
      continue;
    x.size = question{now, x.seen.writes};
    oids.push_back(oid);
  }
  return oids;
}

void roster::measured(uint32_t oid, std::optional<uint64_t> bytes,
                      timestamp at) {
  auto i = entries_.find(oid);
  if (i == entries_.end())
    return;
  auto& row = i->second.row;
  row.size = bytes;
  row.sized_at = bytes ? std::optional{at} : std::nullopt;
}

void roster::not_measured(const std::vector<uint32_t>& oids) {
  for (auto oid : oids)
    if (auto i = entries_.find(oid); i != entries_.end() && i->second.size)
      i->second.size->writes.reset();
}

std::map<uint32_t, std::string> roster::to_inspect(time_point now) {
  std::map<uint32_t, std::string> names;
  for (auto& [oid, x] : entries_) {
    if (!x.seen.open || !(due(x.inside, x.seen, now) || being_made(x, now)))
      continue;
    x.inside = question{now, x.seen.writes};
    names.emplace(oid, x.seen.name);
  }
  return names;
}

void roster::inspected(uint32_t oid, std::optional<details> found) {
  auto i = entries_.find(oid);
  if (i == entries_.end())
    return;
  auto& x = i->second;
  if (!found && x.inside)
    x.inside->writes.reset();
  if (!found)
    return;
  // The first session ever in a database makes a file, and may be ours.
  if (x.newcomer && !std::exchange(x.entered, true) && x.size)
    x.size->writes.reset();
  x.row.has_modules = found->has_modules;
  x.row.base_version = std::move(found->base_version);
  x.row.neutralized = found->neutralized;
}

void roster::suspect_all() {
  for (auto& [oid, x] : entries_) {
    x.size.reset();
    x.inside.reset();
  }
}

std::vector<catalog_row> roster::rows() const {
  std::vector<catalog_row> result;
  for (const auto& [oid, x] : entries_)
    result.push_back(x.row);
  std::ranges::sort(result, {}, &catalog_row::name);
  return result;
}

} // namespace atalaya::net::pg
