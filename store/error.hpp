#pragma once

#include <stdexcept>
#include <string>

namespace atalaya::store {

/// Why something of the data directory can't be had, in one line for the
/// person who asked: "what: why; what to do".
class error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// As `error`, for what was asked in a way that can never work (a name that
/// none can have): the command line ends with 2 instead of 1.
class wrong_use : public error {
public:
  using error::error;
};

} // namespace atalaya::store
