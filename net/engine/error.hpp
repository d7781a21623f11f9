#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace atalaya::net {

/// Why the engine did not do what it was asked.
enum class engine_fault : uint8_t {
  refused,     ///< It answered with an error; see `status()`.
  unreachable, ///< No connection, or it ended before the answer did.
  timeout,     ///< It took longer than this request may.
  protocol,    ///< What came is not what an engine says, or is too much.
};

/// Thrown by everything that talks to an engine; `what()` is a sentence for
/// people.
class engine_error : public std::runtime_error {
public:
  engine_error(engine_fault kind, const std::string& sentence, int status = 0)
    : std::runtime_error(sentence), kind_(kind), status_(status) {
    // nop
  }

  engine_fault kind() const {
    return kind_;
  }

  /// The answer's HTTP status, 0 where there was none.
  int status() const {
    return status_;
  }

private:
  engine_fault kind_;
  int status_;
};

} // namespace atalaya::net
