#include "config/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace atalaya::config {

namespace {

/// How many letters must be changed, added or taken away (Levenshtein).
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < b.size(); ++j) {
      auto changed = diagonal + (a[i] != b[j] ? 1 : 0);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

} // namespace

std::string_view
nearest(std::string_view typed, std::span<const std::string_view> known) {
  std::string_view result;
  auto best = std::min<size_t>(3, (typed.size() + 2) / 3) + 1;
  if (typed.size() > 100)
    return result;
  for (auto word : known)
    if (auto x = distance(typed, word); x < best) {
      best = x;
      result = word;
    }
  return result;
}

} // namespace atalaya::config
