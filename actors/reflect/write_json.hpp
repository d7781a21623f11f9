#pragma once

// The JSON of API and events, appended to a string in one pass, from:
// described structs (objects), described enums (their names), bool, numbers,
// strings, timestamp (RFC 3339), other durations (seconds), std::optional
// (null), vectors, maps with string keys, variants (their alternative).
// A struct with `static constexpr const char* event = "put";` begins with
// "event":"put". Strings must be UTF-8: what may not be is cleaned where it
// comes in, because a browser closes a WebSocket over one wrong byte.

#include <charconv>
#include <cmath>
#include <concepts>
#include <string>
#include <string_view>
#include <variant>

#include "actors/reflect/reflect.hpp"
#include "actors/reflect/time.hpp"

namespace atalaya {

template <class T>
concept tagged = requires { std::string_view{T::event}; };

namespace detail {

template <class T>
inline constexpr bool is_optional = false;

template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_variant = false;

template <class... Ts>
inline constexpr bool is_variant<std::variant<Ts...>> = true;

template <class T>
inline constexpr bool is_duration = false;

template <class Rep, class Period>
inline constexpr bool is_duration<std::chrono::duration<Rep, Period>> = true;

template <class T>
concept map_like = requires { typename T::mapped_type; };

template <class T>
concept list_like = std::ranges::range<T> && !map_like<T>
                    && !std::convertible_to<T, std::string_view>;

inline void write_string(std::string& out, std::string_view text) {
  constexpr auto hex = "0123456789abcdef";
  out += '"';
  auto done = text.data();
  auto end = done + text.size();
  for (auto p = done; p != end; ++p) {
    auto c = static_cast<unsigned char>(*p);
    if (c >= 0x20 && c != '"' && c != '\\')
      continue;
    out.append(done, p);
    done = p + 1;
    out += '\\';
    switch (c) {
      case '\n':
        out += 'n';
        break;
      case '\r':
        out += 'r';
        break;
      case '\t':
        out += 't';
        break;
      case '"':
      case '\\':
        out += static_cast<char>(c);
        break;
      default:
        out.append("u00") += {hex[c >> 4], hex[c & 15]};
    }
  }
  out.append(done, end);
  out += '"';
}

} // namespace detail

template <class T>
void write_json(std::string& out, const T& x) {
  if constexpr (std::same_as<T, bool>) {
    out += x ? "true" : "false";
  } else if constexpr (std::is_arithmetic_v<T>) {
    if constexpr (std::is_floating_point_v<T>)
      if (!std::isfinite(x)) {
        out += "null";
        return;
      }
    char buf[32];
    out.append(buf, std::to_chars(buf, buf + sizeof(buf), x).ptr);
  } else if constexpr (std::convertible_to<const T&, std::string_view>) {
    detail::write_string(out, x);
  } else if constexpr (described_enum<T>) {
    detail::write_string(out, enum_name(x));
  } else if constexpr (std::same_as<T, timestamp>) {
    out += '"';
    append_rfc3339(out, x);
    out += '"';
  } else if constexpr (detail::is_duration<T>) {
    write_json(out, std::chrono::duration<double>{x}.count());
  } else if constexpr (detail::is_optional<T>) {
    if (x)
      write_json(out, *x);
    else
      out += "null";
  } else if constexpr (detail::is_variant<T>) {
    std::visit([&out](const auto& y) { write_json(out, y); }, x);
  } else if constexpr (described_struct<T>) {
    out += '{';
    if constexpr (tagged<T>) {
      out += "\"event\":";
      detail::write_string(out, T::event);
      out += ',';
    }
    for_each_field(x, [&out](std::string_view name, const auto& field) {
      out += '"';
      out += name;
      out += "\":";
      write_json(out, field);
      out += ',';
    });
    if (out.back() == ',')
      out.back() = '}';
    else
      out += '}';
  } else if constexpr (detail::map_like<T>) {
    out += '{';
    for (auto separator = ""; const auto& [key, value] : x) {
      out += std::exchange(separator, ",");
      detail::write_string(out, key);
      out += ':';
      write_json(out, value);
    }
    out += '}';
  } else {
    static_assert(detail::list_like<T>, "no JSON for this type");
    out += '[';
    for (auto separator = ""; const auto& value : x) {
      out += std::exchange(separator, ",");
      write_json(out, value);
    }
    out += ']';
  }
}

template <class T>
std::string to_json(const T& x) {
  std::string result;
  write_json(result, x);
  return result;
}

} // namespace atalaya
