#include "net/server/url.hpp"

#include <algorithm>

#include <simdjson.h>

namespace atalaya::net::web {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool unreserved(char c) {
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z')
         || c == '-' || c == '.' || c == '_' || c == '~';
}

} // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0)
      return std::nullopt;
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (result.find('\0') != std::string::npos
      || !simdjson::validate_utf8(result))
    return std::nullopt;
  return result;
}

std::string percent_encode(std::string_view text) {
  constexpr auto hex = "0123456789ABCDEF";
  std::string result;
  for (auto c : text) {
    if (unreserved(c)) {
      result += c;
      continue;
    }
    auto byte = static_cast<unsigned char>(c);
    result += {'%', hex[byte >> 4], hex[byte & 15]};
  }
  return result;
}

std::optional<std::vector<std::string>> split_path(std::string_view path) {
  std::vector<std::string> result;
  if (path.starts_with('/'))
    path.remove_prefix(1);
  for (;;) {
    auto slash = path.find('/');
    auto part = percent_decode(path.substr(0, slash));
    if (!part)
      return std::nullopt;
    result.push_back(std::move(*part));
    if (slash == std::string_view::npos)
      return result;
    path.remove_prefix(slash + 1);
  }
}

std::optional<std::map<std::string, std::string>>
parse_query(std::string_view text) {
  std::map<std::string, std::string> result;
  while (!text.empty()) {
    auto pair = std::string{text.substr(0, text.find('&'))};
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    std::replace(pair.begin(), pair.end(), '+', ' ');
    auto equals = std::min(pair.find('='), pair.size());
    auto key = percent_decode(std::string_view{pair}.substr(0, equals));
    auto value = percent_decode(
      std::string_view{pair}.substr(std::min(equals + 1, pair.size())));
    if (!key || !value)
      return std::nullopt;
    if (!key->empty())
      result.insert_or_assign(std::move(*key), std::move(*value));
  }
  return result;
}

std::string origin_of(std::string_view url) {
  auto colon = url.find("://");
  if (colon == std::string_view::npos)
    return {};
  std::string scheme{url.substr(0, colon)};
  std::string authority{url.substr(colon + 3)};
  authority.resize(std::min(authority.find_first_of("/?#"), authority.size()));
  std::transform(scheme.begin(), scheme.end(), scheme.begin(), lower);
  std::transform(authority.begin(), authority.end(), authority.begin(), lower);
  if (scheme != "http" && scheme != "https")
    return {};
  if (authority.find_first_of("@ ,\\") != std::string::npos)
    return {};
  std::string_view own_port = scheme == "http" ? ":80" : ":443";
  if (authority.ends_with(own_port))
    authority.resize(authority.size() - own_port.size());
  return authority.empty() ? authority : scheme + "://" + authority;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

} // namespace atalaya::net::web
