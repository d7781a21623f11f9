#pragma once

#include <string>

#include <sys/types.h>

#include "net/engine/address.hpp"

namespace atalaya::net {

/// A dockerd that a test may stop and break. Lives in a network of its own:
/// one beside another would take the other's bridge away.
class own_dockerd {
public:
  own_dockerd();

  own_dockerd(const own_dockerd&) = delete;
  own_dockerd& operator=(const own_dockerd&) = delete;

  /// Stops it and removes all it has made.
  ~own_dockerd();

  engine_address where() const;

  /// Starts it and waits until it answers.
  void start();

  /// Sends it a signal; waits for its end where that is one that ends it.
  void signal(int number);

private:
  void run() const;

  std::string folder_;
  pid_t process_ = 0;
};

} // namespace atalaya::net
