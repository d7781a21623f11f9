#pragma once

#include <algorithm>
#include <chrono>

namespace atalaya::model {

/// How long to wait before the next attempt: doubles from `first` to
/// `ceiling`; an attempt that lasted `stable` clears the count.
struct backoff {
  std::chrono::milliseconds first{100};
  std::chrono::milliseconds ceiling{30'000};
  std::chrono::milliseconds stable{60'000};

  /// The delay after failure number `failures`, counted from 1.
  constexpr std::chrono::milliseconds delay(int failures) const {
    auto shift = std::clamp(failures - 1, 0, 20);
    return std::min(ceiling, first * (1 << shift));
  }
};

} // namespace atalaya::model
