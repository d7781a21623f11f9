#pragma once

#include "actors/messages.hpp"

namespace atalaya {

/// A moment that tests count from: 2026-11-22T13:43:49Z.
inline constexpr timestamp day_zero{std::chrono::seconds{1'795'355'029}};

/// A running operation, queued so many seconds after `day_zero`.
inline operation sample_operation(std::string id, int seconds = 0) {
  operation result;
  result.id = std::move(id);
  result.instance = "main";
  result.kind = operation_kind::import_;
  result.target = "prod \"ñ\"\n";
  result.requested_by = "ana";
  result.state = operation_state::running;
  result.waits_for = {"x1", "x2"};
  result.phase = "files";
  result.done = uint64_t{1} << 40;
  result.total = uint64_t{1} << 41;
  result.queued_at = day_zero + std::chrono::seconds{seconds};
  result.started_at = result.queued_at + std::chrono::milliseconds{1};
  result.warnings = {"a", "b"};
  return result;
}

/// The same, ended well.
inline operation ended_operation(std::string id, int seconds = 0) {
  auto result = sample_operation(std::move(id), seconds);
  result.state = operation_state::succeeded;
  result.finished_at = result.queued_at + std::chrono::minutes{1};
  result.result = "0123456789abcdef";
  return result;
}

inline size_sample sample_sizes(std::string database, timestamp at) {
  return {at, "main", std::move(database), {1, std::nullopt, 3, 4}};
}

} // namespace atalaya
