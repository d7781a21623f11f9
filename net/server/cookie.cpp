#include "net/server/cookie.hpp"

#include "net/server/url.hpp"

namespace atalaya::net::web {

namespace {

std::string cookie(std::string_view secret, std::chrono::seconds lasts,
                   const server_options& options, bool secure) {
  std::string result{cookie_name};
  result.append("=").append(secret);
  result += "; HttpOnly; SameSite=Strict; Path=" + options.base_path
            + "; Max-Age=" + std::to_string(lasts.count());
  if (secure)
    result += "; Secure";
  return result;
}

} // namespace

std::string_view cookie_secret(std::string_view header) {
  while (!header.empty()) {
    auto pair = header.substr(0, header.find(';'));
    header.remove_prefix(std::min(header.size(), pair.size() + 1));
    pair = trimmed(pair);
    if (pair.starts_with(cookie_name)
        && pair.substr(cookie_name.size()).starts_with('='))
      return pair.substr(cookie_name.size() + 1);
  }
  return {};
}

std::string set_cookie(std::string_view secret, const server_options& options,
                       bool secure) {
  return cookie(secret, options.cookie_lasts, options, secure);
}

std::string clear_cookie(const server_options& options, bool secure) {
  return cookie("", std::chrono::seconds{0}, options, secure);
}

} // namespace atalaya::net::web
