#pragma once

#include <chrono>
#include <cstddef>

namespace atalaya::net {

/// How long and how much a client takes.
struct engine_limits {
  std::chrono::milliseconds connect{5'000};
  std::chrono::milliseconds ping{5'000};
  std::chrono::milliseconds answer{30'000}; ///< Anything with a short answer.
  /// What stop and restart may take on top of the time they give a container.
  std::chrono::milliseconds stop_margin{60'000};
  size_t body = 16 * 1024 * 1024;
};

/// The times a watch lives by.
struct watch_pace {
  std::chrono::milliseconds first_retry{100}; ///< Doubles up to `last_retry`.
  std::chrono::milliseconds last_retry{2'000};
  std::chrono::milliseconds ping{5'000}; ///< Between two; finds a hung engine.
  std::chrono::milliseconds relist{60'000}; ///< The net below the events.
  /// How long to wait for the head of Podman's events before going on.
  std::chrono::milliseconds subscribe{500};
  engine_limits limits{.answer = std::chrono::milliseconds{10'000}};
};

} // namespace atalaya::net
