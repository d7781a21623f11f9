#pragma once

#include <stdexcept>

namespace atalaya {

/// An operation can't go on: `what()` says why and what to do.
class operation_failure : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

} // namespace atalaya
