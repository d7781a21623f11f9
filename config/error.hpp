#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace atalaya::config {

/// A place in a file, both counted from 1; 0 is the file as a whole.
struct position {
  uint32_t line = 0;
  uint32_t column = 0;
  bool operator==(const position&) const = default;
};

/// Why a configuration was refused. `what()` is one line for the operator:
/// "/etc/x.toml:3:9: server.listen: …; write …".
class error : public std::runtime_error {
public:
  error(const std::string& file, position at, const std::string& problem)
    : std::runtime_error(file + place(at) + ": " + problem), at_(at) {
    // nop
  }

  position at() const noexcept {
    return at_;
  }

private:
  static std::string place(position at) {
    if (at.line == 0)
      return {};
    return ':' + std::to_string(at.line) + ':' + std::to_string(at.column);
  }

  position at_;
};

} // namespace atalaya::config
