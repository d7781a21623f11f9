#pragma once

#include <string>
#include <string_view>

namespace atalaya::net {

/// `text` with every byte that is not part of a well-formed UTF-8 character
/// replaced by U+FFFD. What containers print goes into JSON and WebSocket text
/// frames, and a browser closes the socket over one wrong byte.
std::string valid_utf8(std::string_view text);

} // namespace atalaya::net
