#pragma once

#include <optional>

#include "net/engine/error.hpp"

namespace atalaya::net {

/// The error that `f` throws; null where it throws none.
template <class F>
std::optional<engine_error> failure_of(F&& f) {
  try {
    f();
  } catch (const engine_error& e) {
    return e;
  }
  return std::nullopt;
}

} // namespace atalaya::net
