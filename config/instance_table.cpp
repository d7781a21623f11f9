#include "config/instance_table.hpp"

#include <string_view>

namespace atalaya::config {

namespace {

/// A basic string of TOML. `text` is UTF-8.
std::string in_quotes(std::string_view text) {
  constexpr auto hex = "0123456789ABCDEF";
  std::string result = "\"";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      result += "\\u00";
      result += {hex[byte >> 4], hex[byte & 15]};
      continue;
    }
    if (c == '"' || c == '\\')
      result += '\\';
    result += c;
  }
  return result + '"';
}

void add(std::string& to, std::string_view key, std::string_view value,
         std::string_view implied = {}) {
  constexpr size_t width = 18;
  if (value == implied)
    return;
  to += key;
  to.append(width - key.size(), ' ');
  to += " = " + in_quotes(value) + '\n';
}

} // namespace

std::string instance_table(const instance& x) {
  instance implied;
  std::string result = "[[instance]]\n";
  add(result, "name", x.name);
  add(result, "odoo_container", x.odoo_container);
  add(result, "postgres_container", x.postgres_container);
  add(result, "postgres", x.postgres);
  add(result, "filestore", x.filestore);
  add(result, "backups", x.backups);
  add(result, "odoo_url", x.odoo_url);
  add(result, "database_filter", x.database_filter, implied.database_filter);
  if (x.foreign == foreign_databases::show)
    add(result, "foreign_databases", "show");
  if (x.update == update_mode::stop)
    add(result, "update", "stop");
  if (x.compression == compression::smallest)
    add(result, "compression", "smallest");
  return result;
}

} // namespace atalaya::config
