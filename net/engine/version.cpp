#include "net/engine/version.hpp"

#include <algorithm>
#include <charconv>

#include "net/engine/error.hpp"

namespace atalaya::net {

std::string to_string(api_version x) {
  return std::to_string(x.major) + "." + std::to_string(x.minor);
}

api_version negotiate(std::string_view theirs) {
  api_version x;
  auto end = theirs.data() + theirs.size();
  auto major = std::from_chars(theirs.data(), end, x.major);
  auto dot = major.ec == std::errc{} && major.ptr != end && *major.ptr == '.';
  auto minor = std::from_chars(dot ? major.ptr + 1 : end, end, x.minor);
  if (minor.ec != std::errc{} || minor.ptr != end)
    throw engine_error{engine_fault::protocol,
                       "engine: its answer to a ping names no API version; "
                       "see whether the address is Docker's or Podman's"};
  if (x < oldest_api)
    throw engine_error{engine_fault::protocol,
                       "engine: it speaks API " + to_string(x) + ", and "
                         + to_string(oldest_api)
                         + " is the oldest that Atalaya does; install a newer "
                           "Docker"};
  return std::min(x, newest_api);
}

} // namespace atalaya::net
