#include "net/engine/request.hpp"

namespace atalaya::net {

std::string
serialize(const request& x, std::string_view host, std::string_view prefix) {
  std::string result = x.method + " ";
  result.append(prefix).append(x.target).append(" HTTP/1.1\r\nHost: ");
  result.append(host).append("\r\nUser-Agent: atalaya\r\n");
  // A connection a request: no answer can be taken for another's, and none
  // has to be waited for.
  result += x.upgrade ? "Connection: Upgrade\r\nUpgrade: tcp\r\n"
                      : "Connection: close\r\n";
  if (!x.body.empty())
    result += "Content-Type: application/json\r\n";
  if (!x.body.empty() || x.method != "GET")
    result += "Content-Length: " + std::to_string(x.body.size()) + "\r\n";
  return result + "\r\n" + x.body;
}

std::string uri_escape(std::string_view text) {
  constexpr auto hex = "0123456789ABCDEF";
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "abcdefghijklmnopqrstuvwxyz"
                                     "0123456789-._~";
  std::string result;
  for (auto c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (plain.find(c) != plain.npos)
      result += c;
    else
      result.append({'%', hex[byte >> 4], hex[byte & 15]});
  }
  return result;
}

} // namespace atalaya::net
