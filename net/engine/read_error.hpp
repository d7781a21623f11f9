#pragma once

#include <string>
#include <string_view>

namespace atalaya::net {

/// The engine's own words in the body of an answer with an error status:
/// `{"message": …}` of both engines, else the text as it is, else the status.
std::string read_error(std::string_view body, int status);

} // namespace atalaya::net
