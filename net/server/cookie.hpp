#pragma once

#include <string>
#include <string_view>

#include "net/server/options.hpp"

namespace atalaya::net::web {

/// The name of the cookie that carries a sign-in's secret.
constexpr std::string_view cookie_name = "atalaya";

/// The secret in a Cookie header; empty where there is none.
std::string_view cookie_secret(std::string_view header);

/// The Set-Cookie header of a sign-in.
std::string
set_cookie(std::string_view secret, const server_options& options, bool secure);

/// The Set-Cookie header that makes the browser forget the sign-in.
std::string clear_cookie(const server_options& options, bool secure);

} // namespace atalaya::net::web
