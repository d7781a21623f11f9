#include "config/load.hpp"

#include <algorithm>

#include "config/read_instance.hpp"
#include "config/read_server.hpp"
#include "config/section.hpp"
#include "config/values.hpp"

namespace atalaya::config {

namespace {

const choices<notice> notice_words{{"backup_failed", notice::backup_failed},
                                   {"backup_overdue", notice::backup_overdue},
                                   {"proof_failed", notice::proof_failed},
                                   {"disk_forecast", notice::disk_forecast},
                                   {"restart_loop", notice::restart_loop}};

const choices<remote_kind> remote_words{{"atalaya", remote_kind::atalaya},
                                        {"odoo", remote_kind::odoo},
                                        {"rclone", remote_kind::rclone}};

void read_notification(section& from, notification& to) {
  from.require("url", to.url, parse_url,
               "an address such as \"https://example.com/hook\"");
  from.read_choices("events", to.events, notice_words);
  if (to.events.empty())
    for (auto& [word, event] : notice_words)
      to.events.push_back(event);
}

void read_remote(section& from, remote& to) {
  from.require("name", to.name, parse_name,
               "1 to 40 of the characters a-z, 0-9 and -");
  from.require_choice("kind", to.kind, remote_words);
  auto is_rclone = to.kind == remote_kind::rclone;
  from.require("url", to.url, is_rclone ? parse_some : parse_url,
               is_rclone ? "rclone's name of it, such as \"offsite:backups\""
                         : "an address such as \"https://erp.example.com\"");
  from.read("token_file", to.token_file, parse_absolute_path,
            "an absolute path");
}

/// A name stands for one thing only.
template <class T>
void refuse_twice(section& from, const std::vector<T>& xs) {
  auto& name = xs.back().name;
  auto same = [&](const T& x) { return x.name == name; };
  if (std::count_if(xs.begin(), xs.end(), same) > 1)
    from.refuse(from.place_of("name"), "name",
                '"' + name + "\" is there twice; write another name");
}

void read_remotes(section& root, configuration& to) {
  root.read_tables("remote", [&](section& from) {
    read_remote(from, to.remotes.emplace_back());
    refuse_twice(from, to.remotes);
  });
}

void read_instances(section& root, configuration& to) {
  root.read_tables("instance", [&](section& from) {
    read_instance(from, to.instances.emplace_back(), to.remotes);
    refuse_twice(from, to.instances);
  });
}

} // namespace

configuration load(const std::filesystem::path& file) {
  configuration result;
  auto name = file.string();
  auto document = read_document(file);
  section root{name, document, ""};
  root.read_table("server", "[server]",
                  [&](section& from) { read_server(from, result.server); });
  root.read_table("limits", "[limits]",
                  [&](section& from) { read_limits(from, result.limits); });
  read_remotes(root, result);
  read_instances(root, result);
  root.read_tables("notify", [&](section& from) {
    read_notification(from, result.notifications.emplace_back());
  });
  root.finish();
  return result;
}

} // namespace atalaya::config
