#include "store/users_toml.hpp"

#include <algorithm>
#include <initializer_list>

#include <toml++/toml.h>

#include "store/error.hpp"

namespace atalaya::store {

namespace {

/// A [[user]] or [[token]] table on its way to a value.
class row {
public:
  row(const toml::table& table, std::string kind, const std::string& file)
    : table_(table), kind_(std::move(kind)), file_(file) {
    // nop
  }

  [[noreturn]] void refuse(const toml::source_region& at, std::string_view key,
                           std::string_view problem) const {
    throw error{file_ + ':' + std::to_string(at.begin.line) + ':'
                + std::to_string(at.begin.column) + ": " + kind_ + '.'
                + std::string{key} + ": " + std::string{problem}};
  }

  void allow(std::initializer_list<std::string_view> keys) const {
    for (auto&& [key, value] : table_)
      if (std::find(keys.begin(), keys.end(), key.str()) == keys.end())
        refuse(key.source(), key.str(), "unknown key; remove it");
  }

  /// The text of `key`, which `valid` must approve of.
  template <class Predicate>
  std::string
  text(std::string_view key, Predicate valid, std::string_view expected) const {
    auto advice = "; write " + std::string{expected};
    auto found = table_.get(key);
    if (found == nullptr)
      refuse(table_.source(), key, "is missing" + advice);
    auto result = found->value_exact<std::string>();
    if (!result || !valid(*result))
      refuse(found->source(), key, "is not accepted" + advice);
    return *result;
  }

  timestamp time(std::string_view key) const {
    auto valid = [](auto& x) { return parse_rfc3339(x).has_value(); };
    return *parse_rfc3339(
      text(key, valid, "a time such as \"2026-11-22T13:43:49Z\""));
  }

  bool has(std::string_view key) const {
    return table_.contains(key);
  }

  const toml::source_region& source(std::string_view key) const {
    return table_.get(key)->source();
  }

private:
  const toml::table& table_;
  std::string kind_;
  const std::string& file_;
};

bool is_hex(const std::string& text, size_t least, size_t most) {
  return text.size() >= least && text.size() <= most
         && text.find_first_not_of("0123456789abcdef") == text.npos;
}

user read_user(const row& from, const users& before) {
  from.allow({"name", "role", "password"});
  user result;
  result.name = from.text("name", is_user_name, "1 to 64 plain characters");
  if (find_user(before, result.name) != nullptr)
    from.refuse(from.source("name"), "name", "is there twice; remove one");
  from.text(
    "role", [&](auto& x) { return from_string(x, result.role); },
    "viewer, operator or admin");
  result.password = from.text(
    "password", [](auto& x) { return x.starts_with("$argon2id$"); },
    "what atalaya user password makes");
  return result;
}

token read_token(const row& from, const users& before) {
  from.allow({"id", "user", "label", "sha256", "created", "expires"});
  token result;
  result.id = from.text(
    "id", [](auto& x) { return is_hex(x, 4, 32); }, "4 to 32 hex digits");
  auto same = [&](const token& x) { return x.id == result.id; };
  if (std::any_of(before.tokens.begin(), before.tokens.end(), same))
    from.refuse(from.source("id"), "id", "is there twice; remove one");
  result.user = from.text(
    "user", [&](auto& x) { return find_user(before, x) != nullptr; },
    "the name of a [[user]]");
  result.label = from.text("label", is_label, "1 to 100 plain characters");
  result.sha256 = from.text(
    "sha256", [](auto& x) { return is_hex(x, 64, 64); }, "64 hex digits");
  result.created = from.time("created");
  if (from.has("expires"))
    result.expires = from.time("expires");
  return result;
}

template <class F>
void for_each_table(const toml::table& root, std::string_view kind,
                    const std::string& file, F f) {
  auto found = root.get(kind);
  if (found == nullptr)
    return;
  auto list = found->as_array();
  if (list == nullptr || !list->is_homogeneous(toml::node_type::table))
    row{root, "users", file}.refuse(found->source(), kind,
                                    "must be tables in double brackets");
  for (auto& element : *list)
    f(row{*element.as_table(), std::string{kind}, file});
}

void add(std::string& to, std::string_view key, std::string_view value) {
  to.append(key).append(" = \"");
  for (char c : value) {
    if (c == '"' || c == '\\')
      to += '\\';
    to += c;
  }
  to += "\"\n";
}

void add(std::string& to, std::string_view key, timestamp value) {
  std::string text;
  append_rfc3339(text, value);
  add(to, key, text);
}

} // namespace

std::string write_users(const users& x) {
  std::string result = "# Kept by `atalaya user` and `atalaya token`. A change "
                       "counts at once.\n";
  for (auto& member : x.members) {
    result += "\n[[user]]\n";
    add(result, "name", member.name);
    add(result, "role", to_string(member.role));
    add(result, "password", member.password);
  }
  for (auto& token : x.tokens) {
    result += "\n[[token]]\n";
    add(result, "id", token.id);
    add(result, "user", token.user);
    add(result, "label", token.label);
    add(result, "sha256", token.sha256);
    add(result, "created", token.created);
    if (token.expires)
      add(result, "expires", *token.expires);
  }
  return result;
}

users parse_users(std::string_view text, const std::string& file) {
  users result;
  try {
    auto root = toml::parse(text, file);
    row{root, "users", file}.allow({"user", "token"});
    for_each_table(root, "user", file, [&](const row& from) {
      result.members.push_back(read_user(from, result));
    });
    for_each_table(root, "token", file, [&](const row& from) {
      result.tokens.push_back(read_token(from, result));
    });
  } catch (const toml::parse_error& e) {
    auto at = e.source().begin;
    throw error{file + ':' + std::to_string(at.line) + ':'
                + std::to_string(at.column)
                + ": not TOML: " + std::string{e.description()}
                + "; mend it, or put an older copy in its place"};
  }
  return result;
}

} // namespace atalaya::store
