#include "config/values.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <regex>

#include "config/cron.hpp"

namespace atalaya::config {

namespace {

using text_or_none = std::optional<std::string>;

struct unit {
  std::string_view name;
  uint64_t factor;
};

template <class T>
std::optional<T> whole_number(std::string_view text) {
  T result{};
  auto end = text.data() + text.size();
  auto [stop, failed] = std::from_chars(text.data(), end, result);
  if (failed != std::errc{} || stop != end || text.empty())
    return std::nullopt;
  return result;
}

/// "256 MiB": a whole number, one blank or none, one of `units`.
template <size_t N>
std::optional<uint64_t>
quantity(std::string_view text, const std::array<unit, N>& units,
         uint64_t most) {
  auto split = text.find_first_not_of("0123456789");
  if (split == text.npos)
    return std::nullopt;
  auto count = whole_number<uint64_t>(text.substr(0, split));
  auto name = text.substr(text[split] == ' ' ? split + 1 : split);
  auto found = std::find_if(units.begin(), units.end(),
                            [&](auto& x) { return x.name == name; });
  if (!count || found == units.end() || *count > most / found->factor)
    return std::nullopt;
  return *count * found->factor;
}

bool consists_of(std::string_view text, std::string_view allowed) {
  constexpr std::string_view alphanumeric
    = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return alphanumeric.find(c) != alphanumeric.npos
           || allowed.find(c) != allowed.npos;
  });
}

bool is_host(std::string_view text, bool bracketed) {
  return !text.empty() && text.size() <= 253
         && consists_of(text, bracketed ? ":.%" : "-._");
}

text_or_none only_if(bool good, std::string_view text) {
  return good ? text_or_none{text} : std::nullopt;
}

} // namespace

std::optional<uint64_t> parse_size(std::string_view text) {
  static constexpr std::array units{
    unit{"B", 1},
    unit{"KiB", uint64_t{1} << 10},
    unit{"MiB", uint64_t{1} << 20},
    unit{"GiB", uint64_t{1} << 30},
    unit{"TiB", uint64_t{1} << 40},
  };
  return quantity(text, units, uint64_t{1} << 62);
}

std::optional<uint32_t> parse_percent(std::string_view text) {
  static constexpr std::array units{unit{"%", 1}};
  auto result = quantity(text, units, 100);
  return result ? std::optional{static_cast<uint32_t>(*result)} : std::nullopt;
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  static constexpr std::array units{unit{"s", 1}, unit{"m", 60},
                                    unit{"h", 3600}, unit{"d", 86400}};
  auto result = quantity(text, units, uint64_t{36525} * 86400);
  if (!result)
    return std::nullopt;
  return std::chrono::seconds{*result};
}

std::optional<endpoint> parse_endpoint(std::string_view text) {
  auto colon = text.rfind(':');
  if (colon == text.npos)
    return std::nullopt;
  auto port = whole_number<uint16_t>(text.substr(colon + 1));
  auto host = text.substr(0, colon);
  auto bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed)
    host = host.substr(1, host.size() - 2);
  if (!port || !is_host(host, bracketed))
    return std::nullopt;
  return endpoint{std::string{host}, *port};
}

text_or_none parse_engine(std::string_view text) {
  constexpr std::string_view unix_scheme = "unix://";
  constexpr std::string_view tcp_scheme = "tcp://";
  if (text.starts_with(unix_scheme))
    return only_if(text.substr(unix_scheme.size()).starts_with('/'), text);
  if (!text.starts_with(tcp_scheme))
    return std::nullopt;
  return only_if(parse_endpoint(text.substr(tcp_scheme.size())).has_value(),
                 text);
}

text_or_none parse_url(std::string_view text) {
  auto rest = text;
  if (rest.starts_with("https://"))
    rest.remove_prefix(8);
  else if (rest.starts_with("http://"))
    rest.remove_prefix(7);
  else
    return std::nullopt;
  auto authority = rest.substr(0, rest.find('/'));
  auto with_port = parse_endpoint(authority).has_value();
  auto bracketed = authority.starts_with('[') && authority.ends_with(']');
  auto host = bracketed ? authority.substr(1, authority.size() - 2) : authority;
  auto path = rest.substr(authority.size());
  return only_if((with_port || is_host(host, bracketed))
                   && consists_of(path, "/-._~%!$&'()*+,;=:@"),
                 text);
}

text_or_none parse_base_path(std::string_view text) {
  std::string result{text};
  if (!result.starts_with('/'))
    result.insert(result.begin(), '/');
  if (!result.ends_with('/'))
    result += '/';
  auto leaves = result.find("//") != result.npos
                || result.find("/./") != result.npos
                || result.find("/../") != result.npos;
  return only_if(consists_of(result, "/-._~") && !leaves, result);
}

text_or_none parse_network(std::string_view text) {
  auto slash = text.find('/');
  std::string address{text.substr(0, slash)};
  std::array<unsigned char, 16> bytes{};
  auto is_v4 = inet_pton(AF_INET, address.c_str(), bytes.data()) == 1;
  auto is_v6 = inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1;
  if (!is_v4 && !is_v6)
    return std::nullopt;
  if (slash == text.npos)
    return std::string{text};
  auto bits = whole_number<unsigned>(text.substr(slash + 1));
  return only_if(bits && *bits <= (is_v4 ? 32u : 128u), text);
}

text_or_none parse_absolute_path(std::string_view text) {
  return only_if(text.starts_with('/') && text.find('\0') == text.npos, text);
}

text_or_none parse_regex(std::string_view text) {
  if (text.empty() || text.size() > 1000)
    return std::nullopt;
  try {
    static_cast<void>(std::regex{text.begin(), text.end()});
    return std::string{text};
  } catch (const std::regex_error&) {
    return std::nullopt;
  }
}

text_or_none parse_cron_text(std::string_view text) {
  return only_if(parse_cron(text).has_value(), text);
}

text_or_none parse_name(std::string_view text) {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return only_if(!text.empty() && text.size() <= 40
                   && std::all_of(text.begin(), text.end(), allowed),
                 text);
}

text_or_none parse_some(std::string_view text) {
  return only_if(!text.empty(), text);
}

} // namespace atalaya::config
