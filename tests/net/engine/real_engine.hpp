#pragma once

// The engine that a test talks to, and containers of the test's own in it.

#include <string>
#include <vector>

#include "net/engine/client.hpp"

namespace atalaya::net {

/// The address in the environment variable; the test fails without it.
engine_address engine_of(const char* variable);

/// A network that nobody else uses, removed with its object.
class own_network {
public:
  explicit own_network(engine_client& in);

  own_network(const own_network&) = delete;
  own_network& operator=(const own_network&) = delete;

  ~own_network();

  const std::string& name() const {
    return name_;
  }

private:
  engine_client& in_;
  std::string name_;
};

/// A container that nobody else uses, removed with its object.
class throwaway {
public:
  struct options {
    std::vector<std::string> command{"sleep", "3600"};
    bool tty = false;
    std::string labels = "{}";      ///< JSON
    std::string environment = "[]"; ///< JSON
    std::string network = "none";
  };

  throwaway(engine_client& in, const options& xs);

  throwaway(const throwaway&) = delete;
  throwaway& operator=(const throwaway&) = delete;

  ~throwaway();

  const std::string& id() const {
    return id_;
  }

  const std::string& name() const {
    return name_;
  }

  void start();

  void stop();

  void remove();

private:
  engine_client& in_;
  std::string name_;
  std::string id_;
};

} // namespace atalaya::net
