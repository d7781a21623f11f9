#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/document.hpp"

namespace atalaya::config {

template <class E>
using choices = std::vector<std::pair<std::string_view, E>>;

/// Reads one table of the file key by key; `finish` refuses every key that
/// nobody asked for. What is not there leaves its target as it is. All throw
/// `error` with the place and with what may be written there.
class section {
public:
  /// `path` is the table's name in errors: "server", "instance.schedule".
  section(const std::string& file, const node& table, std::string path);

  /// A text that `parse` understands. `expected` completes "write …".
  /// Returns whether the key is there.
  template <class T, class Parse>
  bool
  read(std::string_view key, T& to, Parse parse, std::string_view expected) {
    auto found = find(key, node::kind::text, expected);
    if (found)
      assign(*found, to, parse, expected);
    return found != nullptr;
  }

  /// As `read`, and refuses the table where the key is not there.
  template <class T, class Parse>
  void
  require(std::string_view key, T& to, Parse parse, std::string_view expected) {
    if (!read(key, to, parse, expected))
      refuse_missing(key, expected);
  }

  /// One of a few words.
  template <class E>
  bool read_choice(std::string_view key, E& to, const choices<E>& xs) {
    return read(key, to, word_of(xs), listed(xs));
  }

  /// As `read_choice`, and refuses the table where the key is not there.
  template <class E>
  void require_choice(std::string_view key, E& to, const choices<E>& xs) {
    if (!read_choice(key, to, xs))
      refuse_missing(key, listed(xs));
  }

  /// A list of texts that `parse` understands.
  template <class T, class Parse>
  void read_list(std::string_view key, std::vector<T>& to, Parse parse,
                 std::string_view expected) {
    auto in_list = "a list of " + std::string{expected};
    auto list = find(key, node::kind::list, in_list);
    for (size_t i = 0; list && i < list->members.size(); ++i) {
      require_text(list->members[i], key, in_list);
      assign(list->members[i], to.emplace_back(), parse, in_list);
    }
  }

  template <class E>
  void
  read_choices(std::string_view key, std::vector<E>& to, const choices<E>& xs) {
    read_list(key, to, word_of(xs), listed(xs));
  }

  /// A whole number in [least, most].
  void read_number(std::string_view key, uint32_t& to, uint32_t least,
                   uint32_t most);

  /// Calls `f` with the table `key`.
  void read_table(std::string_view key, std::string_view expected,
                  const std::function<void(section&)>& f);

  /// Calls `f` with each of the tables `[[key]]`.
  void
  read_tables(std::string_view key, const std::function<void(section&)>& f);

  /// Refuses what was not read, and names what could have been.
  void finish() const;

  /// Where the value of `key` stands, else the table itself.
  position place_of(std::string_view key) const;

  [[noreturn]] void
  refuse(position at, std::string_view key, const std::string& problem) const;

private:
  template <class E>
  static auto word_of(const choices<E>& xs) {
    return [&xs](std::string_view word) -> std::optional<E> {
      for (auto& [name, value] : xs)
        if (name == word)
          return value;
      return std::nullopt;
    };
  }

  template <class E>
  static std::string listed(const choices<E>& xs) {
    std::string result;
    for (size_t i = 0; i < xs.size(); ++i) {
      result += i == 0 ? "" : i + 1 == xs.size() ? " or " : ", ";
      result += '"' + std::string{xs[i].first} + '"';
    }
    return result;
  }

  template <class T, class Parse>
  void assign(const node& from, T& to, Parse& parse,
              std::string_view expected) const {
    if (auto x = parse(from.text))
      to = std::move(*x);
    else
      refuse_value(from, expected);
  }

  const node*
  find(std::string_view key, node::kind type, std::string_view expected);

  void require_text(const node& x, std::string_view key,
                    std::string_view expected) const;

  [[noreturn]] void
  refuse_value(const node& x, std::string_view expected) const;

  [[noreturn]] void
  refuse_missing(std::string_view key, std::string_view expected) const;

  const std::string& file_;
  const node& table_;
  std::string path_;
  std::string reading_; ///< The key that was looked for last.
  std::vector<std::string_view> known_;
};

} // namespace atalaya::config
