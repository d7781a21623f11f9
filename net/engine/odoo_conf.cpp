#include "net/engine/odoo_conf.hpp"

#include <algorithm>
#include <cctype>

namespace atalaya::net {

namespace {

bool mentions_odoo(std::string_view text) {
  constexpr std::string_view name = "odoo";
  auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == b;
  };
  return !std::ranges::search(text, name, same).empty();
}

/// The value of the last `-c x`, `-cx`, `--config x` or `--config=x`.
std::optional<std::string> configured(const std::vector<std::string>& command) {
  constexpr std::string_view word = "--config";
  std::optional<std::string> result;
  for (size_t i = 1; i < command.size(); ++i) {
    auto& x = command[i];
    if (x == word || x == "-c") {
      if (i + 1 < command.size())
        result = command[++i];
    } else if (x.starts_with("--config=")) {
      result = x.substr(word.size() + 1);
    } else if (x.starts_with("-c") && !x.starts_with("--")) {
      result = x.substr(2);
    }
  }
  return result;
}

std::string text_of(const std::map<std::string, std::string>& from,
                    const std::string& key) {
  auto i = from.find(key);
  return i == from.end() ? std::string{} : i->second;
}

} // namespace

bool may_run_odoo(const container_facts& x) {
  if (auto role = text_of(x.labels, "atalaya.role"); !role.empty())
    return role == "odoo";
  return mentions_odoo(x.image)
         || std::ranges::any_of(x.command, mentions_odoo);
}

std::optional<std::string> odoo_conf_path(const container_facts& x) {
  if (!may_run_odoo(x))
    return std::nullopt;
  if (auto path = configured(x.command); path && path->starts_with('/'))
    return path;
  if (auto path = text_of(x.environment, "ODOO_RC"); path.starts_with('/'))
    return path;
  return "/etc/odoo/odoo.conf";
}

} // namespace atalaya::net
