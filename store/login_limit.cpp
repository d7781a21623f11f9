#include "store/login_limit.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "store/users.hpp"

namespace atalaya::store {

namespace {

using namespace std::chrono_literals;

/// All names that none can have are one.
std::string key_of(const std::string& user) {
  return is_user_name(user) ? user : std::string{};
}

} // namespace

login_limit::login_limit()
  : users_(attempts_policy{.most = 60s}),
    addresses_(attempts_policy{.most = 900s}) {
  // nop
}

std::chrono::seconds login_limit::begin(const std::string& user,
                                        const std::string& address,
                                        timestamp now) {
  auto network = network_of(address);
  auto wait = std::max(users_.wait(key_of(user), now),
                       addresses_.wait(network, now));
  if (wait > 0s)
    return wait;
  users_.begin(key_of(user), now);
  addresses_.begin(network, now);
  return 0s;
}

void login_limit::succeed(const std::string& user, const std::string& address) {
  users_.succeed(key_of(user));
  addresses_.succeed(network_of(address));
}

std::string network_of(const std::string& address) {
  std::array<unsigned char, 16> bytes{};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1)
    return address.substr(0, INET6_ADDRSTRLEN);
  constexpr std::array<unsigned char, 12> v4_mapped{0, 0, 0, 0, 0,    0,
                                                    0, 0, 0, 0, 0xff, 0xff};
  if (!std::equal(v4_mapped.begin(), v4_mapped.end(), bytes.begin()))
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  return text.data();
}

} // namespace atalaya::store
