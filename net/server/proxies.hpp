#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

namespace atalaya::net::web {

/// The reverse proxies whose X-Forwarded-* headers are believed.
class proxy_list {
public:
  proxy_list() = default;

  /// From addresses ("10.0.0.7") and blocks ("10.0.0.0/8", "fd00::/8").
  /// Throws std::runtime_error naming the text that is neither.
  explicit proxy_list(const std::vector<std::string>& texts);

  /// Whether `x` is one of them.
  bool holds(const boost::asio::ip::address& x) const;

  /// Who asks: `peer`, or where that is a trusted proxy the last address in
  /// `forwarded_for` that is not one.
  std::string client(const boost::asio::ip::address& peer,
                     std::string_view forwarded_for) const;

private:
  using block
    = std::variant<boost::asio::ip::network_v4, boost::asio::ip::network_v6>;

  std::vector<block> blocks_;
};

} // namespace atalaya::net::web
