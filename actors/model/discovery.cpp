#include "actors/model/discovery.hpp"

#include <algorithm>
#include <set>

#include "actors/model/odoo_options.hpp"

namespace atalaya::model {

namespace {

/// A libpq `key='value'`, with a blank behind it.
std::string parameter(const std::string& key, const std::string& value) {
  if (value.empty())
    return "";
  std::string quoted;
  for (char c : value) {
    if (c == '\'' || c == '\\')
      quoted += '\\';
    quoted += c;
  }
  return key + "='" + quoted + "' ";
}

const container_facts* find(const container_map& all, const std::string& text) {
  auto named = std::ranges::find_if(all, [&](const auto& x) {
    return x.second.name == text
           || (text.size() >= 12 && x.first.starts_with(text));
  });
  return text.empty() || named == all.end() ? nullptr : &named->second;
}

/// Whether `host`, said in `odoo`'s networks, means `x`.
bool answers_to(const container_facts& x, const container_facts& odoo,
                const std::string& host) {
  return std::ranges::any_of(x.networks, [&](const network_facts& net) {
    auto shared = std::ranges::any_of(
      odoo.networks, [&](const auto& y) { return y.name == net.name; });
    return shared
           && (x.name == host || net.ip == host || x.id.starts_with(host)
               || std::ranges::find(net.aliases, host) != net.aliases.end());
  });
}

const container_facts* postgres_of(const container_map& all,
                                   const container_facts& odoo,
                                   const std::string& host) {
  auto group = value_of(odoo.labels, "atalaya.instance");
  const container_facts* result = nullptr;
  for (const auto& [id, x] : all) {
    if (x.id == odoo.id || !is_postgres(x))
      continue;
    if (!group.empty() && value_of(x.labels, "atalaya.instance") == group)
      return &x;
    if (!host.empty() && answers_to(x, odoo, host))
      result = &x;
  }
  return result;
}

/// Where Odoo's PostgreSQL listens: as Odoo was told, which may be the port of
/// something between the two, and as is usual.
std::vector<std::string> ports_of(const odoo_options& odoo) {
  std::vector<std::string> result{odoo.db_port};
  if (odoo.db_port != "5432")
    result.emplace_back("5432");
  return result;
}

/// The libpq strings that may reach `db`, best first.
std::vector<std::string>
ways_to(const container_facts* db, const odoo_options& odoo,
        const std::string& login, const discovery_settings& settings) {
  std::vector<std::string> result;
  auto add = [&](const std::string& host, const std::string& port) {
    if (!host.empty())
      result.push_back(parameter("host", host) + parameter("port", port)
                       + login);
  };
  if (!db) {
    add(odoo.db_host, odoo.db_port);
    return result;
  }
  if (settings.local_engine)
    for (const auto& net : db->networks)
      for (const auto& port : ports_of(odoo))
        add(net.ip, port);
  for (const auto& port : db->ports) {
    auto any = port.host_ip.empty() || port.host_ip == "0.0.0.0"
               || port.host_ip == "::";
    if (std::ranges::count(ports_of(odoo), std::to_string(port.port)) > 0)
      add(any ? settings.engine_host : port.host_ip,
          std::to_string(port.host_port));
  }
  return result;
}

/// Where a PostgreSQL keeps its data, as the container sees it.
std::string data_of(const container_facts& db) {
  auto given = value_of(db.environment, "PGDATA");
  return given.empty() ? "/var/lib/postgresql/data" : given;
}

/// `path` of the container as a path of the host; empty where it lies in the
/// container's own layer.
std::string on_host(const container_facts& x, const std::string& path) {
  const mount_facts* best = nullptr;
  for (const auto& mount : x.mounts) {
    auto below = path == mount.target || path.starts_with(mount.target + "/");
    if (below && (!best || mount.target.size() > best->target.size()))
      best = &mount;
  }
  if (!best || best->source.empty())
    return "";
  return best->source + path.substr(best->target.size());
}

std::optional<std::string> url_of(const container_facts& odoo, uint16_t port) {
  for (const auto& x : odoo.ports)
    if (x.port == port && x.host_port != 0)
      return "http://localhost:" + std::to_string(x.host_port);
  return std::nullopt;
}

/// The role that Odoo connects as, and how.
postgres_target target_of(const container_facts* db, const odoo_options& odoo,
                          const instance_settings& given,
                          const discovery_settings& settings) {
  postgres_target result;
  auto user = odoo.db_user, password = odoo.db_password;
  if (db && user.empty())
    user = value_of(db->environment, "POSTGRES_USER");
  if (db && password.empty())
    password = value_of(db->environment, "POSTGRES_PASSWORD");
  result.odoo_role = user;
  if (!given.postgres.empty()) {
    result.conninfos = {given.postgres};
    return result;
  }
  auto login = parameter("user", user) + parameter("password", password);
  result.conninfos = ways_to(db, odoo, login, settings);
  if (result.conninfos.empty() && db && db->state != "running")
    result.detail = db->name + " is " + db->state + "; start it";
  else if (result.conninfos.empty())
    result.detail = "the PostgreSQL container has no address that can be "
                    "reached; publish its port 5432, or set `postgres` for "
                    "this instance";
  return result;
}

/// Everything about the instance whose Odoo is `odoo` (null: not there).
instance_plan plan(const container_map& all, const container_facts* odoo,
                   const instance_settings& given,
                   const discovery_settings& settings) {
  instance_plan result;
  auto options = odoo ? odoo_options_of(*odoo) : odoo_options{};
  auto db = find(all, given.postgres_container);
  if (!db && given.postgres_container.empty() && odoo)
    db = postgres_of(all, *odoo, options.db_host);
  result.name = given.name;
  result.odoo_container = odoo ? odoo->id : given.odoo_container;
  result.postgres_container = db ? db->id : given.postgres_container;
  result.postgres = target_of(db, options, given, settings);
  result.cluster = db ? db->id : options.db_host + ":" + options.db_port;
  if (!db && !given.postgres.empty())
    result.cluster = given.postgres;
  if (odoo)
    result.filestore_inside = options.data_dir + "/filestore";
  if (!given.filestore.empty())
    result.filestore = given.filestore;
  else if (odoo && settings.local_engine)
    if (auto dir = on_host(*odoo, options.data_dir); !dir.empty())
      result.filestore = dir + "/filestore";
  result.backups = given.backups.empty()
                     ? settings.backups_root + "/" + given.name
                     : given.backups;
  if (db && settings.local_engine)
    result.postgres_data = on_host(*db, data_of(*db));
  result.odoo_url = given.odoo_url.empty() && odoo
                      ? url_of(*odoo, options.http_port)
                      : std::optional{given.odoo_url};
  if (result.odoo_url == "")
    result.odoo_url.reset();
  result.database_filter = given.database_filter;
  result.database_names
    = options.db_filter.empty() ? options.db_names : std::vector<std::string>{};
  // %h and %d stand for the host a browser asks for: nobody asks here.
  if (given.database_filter == ".*" && !options.db_filter.empty()
      && options.db_filter.find('%') == std::string::npos)
    result.database_filter = options.db_filter;
  result.show_foreign = given.show_foreign;
  result.smallest_backups = given.smallest_backups;
  if (!odoo)
    result.detail = "there is no container \"" + given.odoo_container
                    + "\"; start it, or correct `odoo_container`";
  else if (!db && result.postgres.conninfos.empty())
    result.detail = "no PostgreSQL container belongs to " + odoo->name
                    + "; set `postgres_container` or `postgres`";
  return result;
}

std::string discovered_name(const container_facts& odoo) {
  for (auto label : {"atalaya.instance", "com.docker.compose.project"})
    if (auto name = to_instance_name(value_of(odoo.labels, label));
        !name.empty())
      return name;
  return to_instance_name(odoo.name);
}

std::vector<instance_plan>
discover(const container_map& all, const discovery_settings& settings) {
  std::vector<const container_facts*> odoos;
  for (const auto& [id, x] : all)
    if (is_odoo(x) && !odoo_options_of(x).one_shot)
      odoos.push_back(&x);
  std::ranges::sort(odoos, {}, &container_facts::name);
  std::vector<instance_plan> result;
  std::set<std::string> names;
  for (auto odoo : odoos) {
    instance_settings given;
    given.name = discovered_name(*odoo);
    if (names.contains(given.name))
      given.name = to_instance_name(odoo->name);
    if (names.insert(given.name).second)
      result.push_back(plan(all, odoo, given, settings));
  }
  return result;
}

} // namespace

std::string to_instance_name(const std::string& text) {
  std::string result;
  for (char c : text) {
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
    auto fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (fits)
      result += c;
    else if (!result.empty() && result.back() != '-')
      result += '-';
  }
  result.resize(std::min<size_t>(result.size(), 40));
  while (result.ends_with('-'))
    result.pop_back();
  return result;
}

std::vector<instance_plan> plan_instances(const container_map& containers,
                                          const discovery_settings& settings) {
  if (settings.instances.empty()) {
    auto result = discover(containers, settings);
    std::ranges::sort(result, {}, &instance_plan::name);
    return result;
  }
  std::vector<instance_plan> result;
  for (const auto& given : settings.instances)
    result.push_back(plan(containers, find(containers, given.odoo_container),
                          given, settings));
  std::ranges::sort(result, {}, &instance_plan::name);
  return result;
}

} // namespace atalaya::model
