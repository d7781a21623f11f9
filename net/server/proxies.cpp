#include "net/server/proxies.hpp"

#include <algorithm>
#include <stdexcept>

#include "net/server/url.hpp"

namespace ip = boost::asio::ip;

namespace atalaya::net::web {

namespace {

/// An IPv4 address that came in through an IPv6 socket is an IPv4 address.
ip::address plain(const ip::address& x) {
  if (x.is_v6() && x.to_v6().is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, x.to_v6());
  return x;
}

struct contains {
  const ip::address& x;

  bool operator()(const ip::network_v4& net) const {
    return x.is_v4()
           && ip::network_v4{x.to_v4(), net.prefix_length()}.canonical()
                == net.canonical();
  }

  bool operator()(const ip::network_v6& net) const {
    return x.is_v6()
           && ip::network_v6{x.to_v6(), net.prefix_length()}.canonical()
                == net.canonical();
  }
};

std::string_view last_of(std::string_view& list) {
  auto comma = list.rfind(',');
  auto part = list.substr(comma == std::string_view::npos ? 0 : comma + 1);
  list = list.substr(0, comma == std::string_view::npos ? 0 : comma);
  return trimmed(part);
}

} // namespace

proxy_list::proxy_list(const std::vector<std::string>& texts) {
  for (auto& text : texts) {
    boost::system::error_code ec;
    auto single = text.find('/') == std::string::npos;
    auto v6 = text.find(':') != std::string::npos;
    if (v6)
      blocks_.emplace_back(
        ip::make_network_v6(single ? text + "/128" : text, ec));
    else
      blocks_.emplace_back(
        ip::make_network_v4(single ? text + "/32" : text, ec));
    if (ec)
      throw std::runtime_error{"trusted_proxies: \"" + text
                               + "\" is not an address; write 10.0.0.7 or "
                                 "10.0.0.0/8"};
  }
}

bool proxy_list::holds(const ip::address& x) const {
  auto address = plain(x);
  return std::any_of(blocks_.begin(), blocks_.end(), [&](auto& net) {
    return std::visit(contains{address}, net);
  });
}

std::string proxy_list::client(const ip::address& peer,
                               std::string_view forwarded_for) const {
  auto who = plain(peer);
  while (holds(who) && !forwarded_for.empty()) {
    boost::system::error_code ec;
    auto next = ip::make_address(last_of(forwarded_for), ec);
    if (ec)
      break;
    who = plain(next);
  }
  return who.to_string();
}

} // namespace atalaya::net::web
