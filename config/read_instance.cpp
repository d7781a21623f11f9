#include "config/read_instance.hpp"

#include <algorithm>

#include "config/values.hpp"

namespace atalaya::config {

namespace {

const choices<proof> proof_words{{"read", proof::read},
                                 {"restored", proof::restored}};

const choices<foreign_databases> foreign_words{
  {"hide", foreign_databases::hide}, {"show", foreign_databases::show}};

const choices<update_mode> update_words{{"live", update_mode::live},
                                        {"stop", update_mode::stop}};

const choices<compression> compression_words{
  {"fast", compression::fast}, {"smallest", compression::smallest}};

constexpr auto regex = "a regular expression such as \"prod.*\"";
constexpr auto absolute_path = "an absolute path";

void read_retention(section& from, std::optional<retention>& to) {
  constexpr uint32_t most = 10'000;
  retention x;
  from.read_number("last", x.last, 0, most);
  from.read_number("daily", x.daily, 0, most);
  from.read_number("weekly", x.weekly, 0, most);
  from.read_number("monthly", x.monthly, 0, most);
  to = x;
}

void read_schedule(section& from, schedule& to,
                   const std::vector<remote>& remotes) {
  from.require("databases", to.databases, parse_regex, regex);
  from.require("when", to.when, parse_cron_text,
               "five fields of cron, such as \"0 3 * * *\"");
  from.read_table("keep", "a table such as { last = 3, daily = 7 }",
                  [&](section& keep) { read_retention(keep, to.keep); });
  if (to.keep == retention{})
    from.refuse(from.place_of("keep"), "keep",
                "would keep nothing; write at least one number above 0");
  from.read_choice("prove", to.prove, proof_words);
  auto known = [&](std::string_view name) -> std::optional<std::string> {
    auto same = [&](const remote& x) { return x.name == name; };
    if (std::none_of(remotes.begin(), remotes.end(), same))
      return std::nullopt;
    return std::string{name};
  };
  from.read_list("copy_to", to.copy_to, known,
                 "names of [[remote]] tables of this file");
}

} // namespace

void read_instance(section& from, instance& to,
                   const std::vector<remote>& remotes) {
  constexpr auto container = "the container's name or id";
  from.require("name", to.name, parse_name,
               "1 to 40 of the characters a-z, 0-9 and -");
  from.require("odoo_container", to.odoo_container, parse_some, container);
  from.read("postgres_container", to.postgres_container, parse_some, container);
  from.read("postgres", to.postgres, parse_some,
            "a connection string such as \"host=127.0.0.1 user=odoo\"");
  from.read("filestore", to.filestore, parse_absolute_path, absolute_path);
  from.read("backups", to.backups, parse_absolute_path, absolute_path);
  from.read("odoo_url", to.odoo_url, parse_url,
            "an address such as \"http://localhost:8069\"");
  from.read("database_filter", to.database_filter, parse_regex, regex);
  from.read_choice("foreign_databases", to.foreign, foreign_words);
  from.read_choice("update", to.update, update_words);
  from.read_choice("compression", to.compression, compression_words);
  from.read_tables("schedule", [&](section& schedule) {
    read_schedule(schedule, to.schedules.emplace_back(), remotes);
  });
}

} // namespace atalaya::config
