#include "config/document.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <toml++/toml.h>

namespace atalaya::config {

namespace {

constexpr size_t max_size = 1 << 20;

position where(const toml::source_region& x) {
  return {x.begin.line, x.begin.column};
}

node convert(const toml::node& x);

void add_members(node& to, const toml::table& from) {
  for (auto&& [key, value] : from) {
    auto member = convert(value);
    member.key = key.str();
    member.key_at = where(key.source());
    to.members.push_back(std::move(member));
  }
}

node convert(const toml::node& x) {
  node result;
  result.at = where(x.source());
  if (auto flag = x.as_boolean()) {
    result.type = node::kind::flag;
    result.flag = flag->get();
  } else if (auto number = x.as_integer()) {
    result.type = node::kind::number;
    result.number = number->get();
  } else if (auto text = x.as_string()) {
    result.type = node::kind::text;
    result.text = text->get();
  } else if (auto list = x.as_array()) {
    result.type = node::kind::list;
    for (auto& member : *list)
      result.members.push_back(convert(member));
  } else if (auto table = x.as_table()) {
    add_members(result, *table);
  } else {
    result.type = x.is_floating_point() ? node::kind::fraction
                                        : node::kind::time;
  }
  return result;
}

std::string read_text(const std::filesystem::path& file) {
  auto refuse = [&](const std::string& why) {
    throw error{file.string(), {}, "can't be read: " + why};
  };
  std::error_code failed;
  if (std::filesystem::is_directory(file, failed))
    refuse("it is a directory; name a file");
  errno = 0;
  std::ifstream in{file, std::ios::binary};
  if (!in)
    refuse(std::string{std::strerror(errno)}
           + "; check its name and that this user may read it");
  std::string result(max_size + 1, '\0');
  in.read(result.data(), static_cast<std::streamsize>(result.size()));
  result.resize(static_cast<size_t>(in.gcount()));
  if (result.size() > max_size)
    refuse("it is larger than 1 MiB; a configuration is not that long");
  return result;
}

} // namespace

std::string_view node::describe(kind x) {
  switch (x) {
    case kind::flag:
      return "true or false";
    case kind::number:
      return "a whole number";
    case kind::fraction:
      return "a fraction";
    case kind::text:
      return "a text";
    case kind::time:
      return "a date or time";
    case kind::list:
      return "a list";
    case kind::table:
      return "a table";
  }
  return "unknown";
}

node read_document(const std::filesystem::path& file) {
  auto text = read_text(file);
  try {
    return convert(toml::parse(text, file.string()));
  } catch (const toml::parse_error& e) {
    throw error{file.string(), where(e.source()),
                "not TOML: " + std::string{e.description()}
                  + "; write KEY = VALUE under a [TABLE]"};
  }
}

} // namespace atalaya::config
