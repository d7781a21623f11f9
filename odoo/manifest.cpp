#include "odoo/manifest.hpp"

#include <cstdio>
#include <stdexcept>

#include <simdjson.h>

namespace atalaya::odoo {

namespace {

constexpr auto max_length = size_t{16} << 20;

void put_unit(uint32_t unit, std::string& out) {
  char text[8];
  std::snprintf(text, sizeof(text), "\\u%04x", unit & 0xffff);
  out += text;
}

void put_code_point(uint32_t x, std::string& out) {
  if (x >= 0x10000) {
    put_unit(0xd800 + ((x - 0x10000) >> 10), out);
    put_unit(0xdc00 + ((x - 0x10000) & 0x3ff), out);
  } else {
    put_unit(x, out);
  }
}

/// Decodes what begins at `at`, and moves it on.
uint32_t code_point(std::string_view text, size_t& at) {
  auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80)
    return lead;
  auto more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  auto result = uint32_t{lead} & (0x3fu >> more);
  while (more-- > 0)
    result = result << 6 | (static_cast<unsigned char>(text[at++]) & 0x3f);
  return result;
}

/// As json.dumps of Python: only ASCII comes out.
std::string json_text(std::string_view text) {
  if (!simdjson::validate_utf8(text.data(), text.size()))
    throw std::runtime_error{"a text of the manifest is not UTF-8"};
  constexpr auto escaped = std::string_view{"\"\\\n\r\t\f\b"};
  constexpr auto letters = std::string_view{"\"\\nrtfb"};
  std::string out{'"'};
  for (auto i = size_t{0}; i < text.size();) {
    auto c = text[i];
    if (auto at = escaped.find(c); at != escaped.npos) {
      out.append({'\\', letters[at]});
      ++i;
    } else if (c >= 0x20 && c <= 0x7e) {
      out += c;
      ++i;
    } else {
      put_code_point(code_point(text, i), out);
    }
  }
  return out += '"';
}

std::string element(const std::variant<int64_t, std::string>& x) {
  if (auto number = std::get_if<int64_t>(&x))
    return std::to_string(*number);
  return json_text(std::get<std::string>(x));
}

/// Lines of the second level, between a pair of brackets.
std::string
block(char open, const std::vector<std::string>& lines, char close) {
  std::string out{open};
  for (const auto& line : lines)
    out.append(&line == lines.data() ? "\n        " : ",\n        ")
      .append(line);
  return (lines.empty() ? out : out += "\n    ") += close;
}

class reading {
public:
  explicit reading(std::string_view json) {
    if (json.size() > max_length)
      throw std::runtime_error{"manifest.json is larger than 16 MiB"};
    if (parser_.parse(json.data(), json.size()).get(root_) != simdjson::SUCCESS)
      throw std::runtime_error{"manifest.json is not a JSON object"};
  }

  std::string text(std::string_view key) const {
    simdjson::dom::element x;
    if (root_[key].get(x) != simdjson::SUCCESS || x.is_null())
      return {};
    return text_of(x, key);
  }

  std::vector<std::variant<int64_t, std::string>>
  version_info(std::string_view key) const {
    std::vector<std::variant<int64_t, std::string>> result;
    simdjson::dom::element x;
    if (root_[key].get(x) != simdjson::SUCCESS)
      return result;
    simdjson::dom::array xs;
    if (x.get(xs) != simdjson::SUCCESS)
      wrong(key);
    for (auto item : xs) {
      auto number = int64_t{0};
      if (item.get(number) == simdjson::SUCCESS)
        result.emplace_back(number);
      else
        result.emplace_back(text_of(item, key));
    }
    return result;
  }

  std::vector<std::pair<std::string, std::optional<std::string>>>
  modules(std::string_view key) const {
    std::vector<std::pair<std::string, std::optional<std::string>>> result;
    simdjson::dom::element x;
    if (root_[key].get(x) != simdjson::SUCCESS)
      return result;
    simdjson::dom::object xs;
    if (x.get(xs) != simdjson::SUCCESS)
      wrong(key);
    for (auto [name, version] : xs) {
      std::optional<std::string> known;
      if (!version.is_null())
        known = text_of(version, key);
      result.emplace_back(name, std::move(known));
    }
    return result;
  }

private:
  [[noreturn]] static void wrong(std::string_view key) {
    throw std::runtime_error{"\"" + std::string{key}
                             + "\" in manifest.json has the wrong type"};
  }

  static std::string text_of(simdjson::dom::element x, std::string_view key) {
    std::string_view result;
    if (x.get(result) != simdjson::SUCCESS)
      wrong(key);
    return std::string{result};
  }

  simdjson::dom::parser parser_;
  simdjson::dom::object root_;
};

} // namespace

std::string manifest_pg_version(int server_version) {
  return std::to_string(server_version / 10'000) + "."
         + std::to_string(server_version / 100 % 100);
}

std::string write_manifest(const manifest& x) {
  std::vector<std::string> info;
  info.reserve(x.version_info.size());
  for (const auto& part : x.version_info)
    info.push_back(element(part));
  std::vector<std::string> modules;
  modules.reserve(x.modules.size());
  for (const auto& [name, version] : x.modules)
    modules.push_back(json_text(name) + ": "
                      + (version ? json_text(*version) : "null"));
  std::string out = "{\n    \"odoo_dump\": \"1\"";
  auto put = [&](std::string_view key, const std::string& value) {
    out.append(",\n    \"").append(key).append("\": ").append(value);
  };
  put("db_name", json_text(x.db_name));
  put("version", json_text(x.version));
  put("version_info", block('[', info, ']'));
  put("major_version", json_text(x.major_version));
  put("pg_version", json_text(x.pg_version));
  put("modules", block('{', modules, '}'));
  return out += "\n}";
}

manifest read_manifest(std::string_view json) {
  reading from{json};
  manifest result;
  result.db_name = from.text("db_name");
  result.version = from.text("version");
  result.version_info = from.version_info("version_info");
  result.major_version = from.text("major_version");
  result.pg_version = from.text("pg_version");
  result.modules = from.modules("modules");
  return result;
}

} // namespace atalaya::odoo
