#pragma once

#include "store/attempts.hpp"

namespace atalaya::store {

/// Who may try to sign in, and when again. Both the user's and the address's
/// failures count. A guesser's address comes to wait a quarter of an hour; a
/// user, whom a stranger's guesses may hit as well, never more than a minute.
class login_limit {
public:
  login_limit();

  /// 0 and the attempt is counted, or how long it has to wait.
  std::chrono::seconds
  begin(const std::string& user, const std::string& address, timestamp now);

  /// The attempt that was begun last was right.
  void succeed(const std::string& user, const std::string& address);

private:
  attempts users_;
  attempts addresses_;
};

/// What of an address counts as one: an IPv6 network of 64 bits, which one
/// customer has for himself, else the whole text.
std::string network_of(const std::string& address);

} // namespace atalaya::store
