#include "actors/model/odoo_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>
#include <string_view>

namespace atalaya::model {

namespace {

/// One option: its name in the file, and on the command line.
struct option {
  std::string_view key;
  std::string_view flag;
  std::string_view short_flag;
};

constexpr std::array options{
  option{"db_host", "--db_host", ""},
  option{"db_port", "--db_port", ""},
  option{"db_user", "--db_user", "-r"},
  option{"db_password", "--db_password", "-w"},
  option{"dbfilter", "--db-filter", ""},
  option{"db_name", "--database", "-d"},
  option{"data_dir", "--data-dir", "-D"},
  option{"http_port", "--http-port", "-p"},
};

using values = std::map<std::string, std::string, std::less<>>;

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  auto first = text.find_first_not_of(blanks);
  if (first == text.npos)
    return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Reads `key = value` lines; sections don't matter, Odoo has only one.
void read_conf(std::string_view text, values& out) {
  for (size_t at = 0; at < text.size();) {
    auto end = std::min(text.find('\n', at), text.size());
    auto line = trim(text.substr(at, end - at));
    at = end + 1;
    auto equals = line.find('=');
    if (line.empty() || line[0] == '#' || line[0] == ';' || equals == line.npos)
      continue;
    auto value = trim(line.substr(equals + 1));
    if (value != "False" && value != "None" && !value.empty())
      out.insert_or_assign(std::string{trim(line.substr(0, equals))},
                           std::string{value});
  }
}

/// Reads `--flag=value`, `--flag value`, `-d value` and `-dvalue`.
void read_command(const std::vector<std::string>& args, values& out) {
  for (size_t i = 0; i < args.size(); ++i) {
    std::string_view arg = args[i];
    for (const auto& x : options) {
      auto short_form = !x.short_flag.empty() && arg.starts_with(x.short_flag)
                        && !arg.starts_with("--");
      if ((arg == x.flag || (short_form && arg == x.short_flag))
          && i + 1 < args.size())
        out.insert_or_assign(std::string{x.key}, args[i + 1]);
      else if (arg.starts_with(x.flag) && arg.size() > x.flag.size()
               && arg[x.flag.size()] == '=')
        out.insert_or_assign(std::string{x.key},
                             std::string{arg.substr(x.flag.size() + 1)});
      else if (short_form)
        out.insert_or_assign(std::string{x.key},
                             std::string{arg.substr(x.short_flag.size())});
    }
  }
}

/// HOST, USER and PASSWORD are the official image's; PG* libpq's own.
void read_environment(const std::map<std::string, std::string>& env,
                      values& out) {
  constexpr std::array<std::pair<const char*, const char*>, 8> names{{
    {"PGHOST", "db_host"},
    {"PGPORT", "db_port"},
    {"PGUSER", "db_user"},
    {"PGPASSWORD", "db_password"},
    {"HOST", "db_host"},
    {"PORT", "db_port"},
    {"USER", "db_user"},
    {"PASSWORD", "db_password"},
  }};
  for (const auto& [variable, key] : names)
    if (auto value = value_of(env, variable); !value.empty())
      out.insert_or_assign(key, value);
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> result;
  for (size_t at = 0; at < text.size();) {
    auto end = std::min(text.find(',', at), text.size());
    if (auto name = trim(text.substr(at, end - at)); !name.empty())
      result.emplace_back(name);
    at = end + 1;
  }
  return result;
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

/// "odoo" of "registry:5000/library/odoo:19@sha256:…".
std::string_view image_name(std::string_view image) {
  auto name = base_name(image.substr(0, image.find('@')));
  return name.substr(0, name.find(':'));
}

bool runs(const container_facts& x, std::string_view program) {
  return std::ranges::any_of(x.command, [&](const std::string& arg) {
    return base_name(arg) == program;
  });
}

} // namespace

std::string
value_of(const std::map<std::string, std::string>& xs, const std::string& key) {
  auto i = xs.find(key);
  return i == xs.end() ? "" : i->second;
}

odoo_options odoo_options_of(const container_facts& odoo) {
  values found;
  // The official entrypoint looks for "db" when it is told nothing else.
  if (runs(odoo, "entrypoint.sh"))
    found = {{"db_host", "db"}, {"db_user", "odoo"}, {"db_password", "odoo"}};
  read_environment(odoo.environment, found);
  read_conf(odoo.odoo_conf.value_or(""), found);
  read_command(odoo.command, found);
  odoo_options result;
  auto take = [&](std::string_view key, std::string& to) {
    if (auto i = found.find(key); i != found.end())
      to = i->second;
  };
  take("db_host", result.db_host);
  take("db_port", result.db_port);
  take("db_user", result.db_user);
  take("db_password", result.db_password);
  take("dbfilter", result.db_filter);
  take("data_dir", result.data_dir);
  std::string names, port;
  take("db_name", names);
  result.db_names = split(names);
  take("http_port", port);
  std::from_chars(port.data(), port.data() + port.size(), result.http_port);
  result.one_shot = std::ranges::find(odoo.command, "--stop-after-init")
                    != odoo.command.end();
  return result;
}

std::optional<std::string> odoo_series_of(const container_facts& odoo) {
  auto said = value_of(odoo.environment, "ODOO_VERSION");
  return said.empty() ? std::nullopt : std::optional{said};
}

bool is_odoo(const container_facts& x) {
  if (auto role = value_of(x.labels, "atalaya.role"); !role.empty())
    return role == "odoo";
  auto image = image_name(x.image);
  return runs(x, "odoo") || runs(x, "odoo-bin") || runs(x, "openerp-server")
         || image == "odoo" || (image.starts_with("odoo-") && !is_postgres(x));
}

bool is_postgres(const container_facts& x) {
  if (auto role = value_of(x.labels, "atalaya.role"); !role.empty())
    return role == "postgres";
  auto image = image_name(x.image);
  return runs(x, "postgres") || image.find("postgres") != image.npos
         || image.starts_with("postgis") || image.starts_with("pgvector")
         || image.starts_with("timescaledb");
}

} // namespace atalaya::model
