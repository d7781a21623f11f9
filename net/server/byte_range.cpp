#include "net/server/byte_range.hpp"

#include <algorithm>
#include <charconv>

#include "net/server/url.hpp"

namespace atalaya::net::web {

namespace {

/// Digits alone, and not too many of them.
std::optional<uint64_t> number(std::string_view text) {
  uint64_t result = 0;
  auto end = text.data() + text.size();
  auto [at, ec] = std::from_chars(text.data(), end, result);
  if (text.empty() || at != end || ec != std::errc{})
    return std::nullopt;
  return result;
}

} // namespace

range_wish read_range(std::string_view header, uint64_t size) {
  constexpr std::string_view unit = "bytes=";
  header = trimmed(header);
  if (!same_word(header.substr(0, unit.size()), unit))
    return {};
  header.remove_prefix(unit.size());
  auto dash = header.find('-');
  if (dash == header.npos || header.find(',') != header.npos)
    return {};
  auto first = trimmed(header.substr(0, dash));
  auto last = trimmed(header.substr(dash + 1));
  auto from = number(first);
  auto to = number(last);
  if (first.empty() && to) { // the last so many
    auto length = std::min(*to, size);
    if (length == 0)
      return {std::nullopt, true};
    return {byte_range{size - length, length}, false};
  }
  if (!from || (!last.empty() && (!to || *to < *from)))
    return {};
  if (*from >= size)
    return {std::nullopt, true};
  auto end = to ? std::min(*to, size - 1) : size - 1;
  return {byte_range{*from, end - *from + 1}, false};
}

} // namespace atalaya::net::web
