#include "config/section.hpp"

#include <algorithm>

#include "config/nearest.hpp"

namespace atalaya::config {

namespace {

/// What an operator wrote, short enough for one line.
std::string in_quotes(std::string_view text) {
  auto most = std::min<size_t>(60, text.size());
  while (most < text.size() && (text[most] & 0xC0) == 0x80)
    --most; // never half of a UTF-8 character
  std::string result{text.substr(0, most)};
  std::replace_if(
    result.begin(), result.end(),
    [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return '"' + result + (text.size() > most ? "…" : "") + '"';
}

} // namespace

section::section(const std::string& file, const node& table, std::string path)
  : file_(file), table_(table), path_(std::move(path)) {
  // nop
}

void section::read_number(std::string_view key, uint32_t& to, uint32_t least,
                          uint32_t most) {
  auto expected = "a whole number from " + std::to_string(least) + " to "
                  + std::to_string(most);
  auto found = find(key, node::kind::number, expected);
  if (!found)
    return;
  if (found->number < least || found->number > most)
    refuse(found->at, key,
           std::to_string(found->number) + " is out of range; write "
             + expected);
  to = static_cast<uint32_t>(found->number);
}

void section::read_table(std::string_view key, std::string_view expected,
                         const std::function<void(section&)>& f) {
  auto found = find(key, node::kind::table, expected);
  if (!found)
    return;
  auto prefix = path_.empty() ? "" : path_ + '.';
  section inner{file_, *found, prefix + std::string{key}};
  f(inner);
  inner.finish();
}

void section::read_tables(std::string_view key,
                          const std::function<void(section&)>& f) {
  auto prefix = path_.empty() ? "" : path_ + '.';
  auto path = prefix + std::string{key};
  auto expected = "[[" + path + "]]";
  auto found = find(key, node::kind::list, expected);
  for (size_t i = 0; found && i < found->members.size(); ++i) {
    auto& member = found->members[i];
    if (member.type != node::kind::table)
      refuse(member.at, key, "is not a table; write " + expected);
    section inner{file_, member, path};
    f(inner);
    inner.finish();
  }
}

void section::finish() const {
  for (auto& member : table_.members) {
    if (std::find(known_.begin(), known_.end(), member.key) != known_.end())
      continue;
    std::string problem = "unknown key";
    if (auto meant = nearest(member.key, known_); !meant.empty())
      problem += ", did you mean " + std::string{meant} + '?';
    auto separator = "; write one of ";
    for (auto key : known_)
      problem += std::exchange(separator, ", ") + std::string{key};
    refuse(member.key_at, member.key, problem);
  }
}

position section::place_of(std::string_view key) const {
  for (auto& member : table_.members)
    if (member.key == key)
      return member.at;
  return table_.at;
}

void section::refuse(position at, std::string_view key,
                     const std::string& problem) const {
  auto prefix = path_.empty() ? "" : path_ + '.';
  throw error{file_, at, prefix + std::string{key} + ": " + problem};
}

const node* section::find(std::string_view key, node::kind type,
                          std::string_view expected) {
  known_.push_back(key);
  reading_ = key;
  auto found
    = std::find_if(table_.members.begin(), table_.members.end(),
                   [&](const node& member) { return member.key == key; });
  if (found == table_.members.end())
    return nullptr;
  if (found->type != type)
    refuse(found->at, key,
           "is " + std::string{node::describe(found->type)} + "; write "
             + std::string{expected});
  return &*found;
}

void section::require_text(const node& x, std::string_view key,
                           std::string_view expected) const {
  if (x.type != node::kind::text)
    refuse(x.at, key,
           "holds " + std::string{node::describe(x.type)} + "; write "
             + std::string{expected});
}

void section::refuse_value(const node& x, std::string_view expected) const {
  refuse(x.at, reading_,
         in_quotes(x.text) + " is not accepted; write "
           + std::string{expected});
}

void section::refuse_missing(std::string_view key,
                             std::string_view expected) const {
  refuse(table_.at, key, "is missing; write " + std::string{expected});
}

} // namespace atalaya::config
