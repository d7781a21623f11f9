#pragma once

// The same types for the browser: `write_typescript<event, entity>(out)`
// writes an interface for each struct and a union for each enum that these
// reach, each once, what is used before what uses it.

#include <ostream>
#include <set>

#include "actors/reflect/write_json.hpp"

namespace atalaya {

namespace detail {

/// "backup_format" becomes "BackupFormat".
template <class T>
std::string typescript_name() {
  std::string result;
  auto upper = true;
  for (char c : std::string_view{type_name<T>()}) {
    if (c != '_')
      result += upper && c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c;
    upper = c == '_';
  }
  return result;
}

class typescript {
public:
  explicit typescript(std::ostream& out) : out_(out) {
    // nop
  }

  /// Declares what T needs, unless done before; returns how to write T.
  template <class T>
  std::string use(const T* = nullptr) {
    if constexpr (std::same_as<T, bool>) {
      return "boolean";
    } else if constexpr (std::is_arithmetic_v<T> || is_duration<T>) {
      return "number";
    } else if constexpr (std::convertible_to<T, std::string_view>
                         || std::same_as<T, timestamp>) {
      return "string";
    } else if constexpr (is_optional<T>) {
      return use<typename T::value_type>() + " | null";
    } else if constexpr (is_variant<T>) {
      return use_alternatives(static_cast<const T*>(nullptr));
    } else if constexpr (map_like<T>) {
      return "Record<string, " + use<typename T::mapped_type>() + ">";
    } else if constexpr (list_like<T>) {
      auto element = use<typename T::value_type>();
      return element.find(' ') == element.npos ? element + "[]"
                                               : "(" + element + ")[]";
    } else {
      auto name = typescript_name<T>();
      if (done_.insert(name).second)
        declare<T>(name);
      return name;
    }
  }

private:
  template <class... Ts>
  std::string use_alternatives(const std::variant<Ts...>*) {
    std::string result;
    ((result += (result.empty() ? "" : " | ") + use<Ts>()), ...);
    return result;
  }

  template <described_enum T>
  void declare(const std::string& name) {
    std::string names;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
      [&](auto d) { names += " | \"" + std::string{wire_name(d.name)} + '"'; });
    out_ << "export type " << name << " =" << names.substr(2) << ";\n\n";
  }

  template <described_struct T>
  void declare(const std::string& name) {
    std::string body;
    if constexpr (tagged<T>)
      body += std::string{"  event: \""} + T::event + "\";\n";
    T example{};
    for_each_field(example, [&](std::string_view field, const auto& value) {
      body += "  " + std::string{field} + ": " + use(&value) + ";\n";
    });
    out_ << "export interface " << name << " {\n" << body << "}\n\n";
  }

  std::ostream& out_;
  std::set<std::string> done_;
};

} // namespace detail

template <class... Ts>
void write_typescript(std::ostream& out) {
  detail::typescript ts{out};
  (ts.use<Ts>(), ...);
}

} // namespace atalaya
