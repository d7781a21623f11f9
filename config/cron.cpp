#include "config/cron.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string>
#include <vector>

namespace atalaya::config {

namespace {

constexpr std::array<std::string_view, 12> month_names{
  "jan", "feb", "mar", "apr", "may", "jun",
  "jul", "aug", "sep", "oct", "nov", "dec"};

constexpr std::array<std::string_view, 7> weekday_names{
  "sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct field {
  unsigned first;
  unsigned last;
  std::span<const std::string_view> names; ///< The first is for `first`.
};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> result;
  for (;;) {
    auto end = text.find(separator);
    result.push_back(text.substr(0, end));
    if (end == text.npos)
      return result;
    text.remove_prefix(end + 1);
  }
}

std::optional<unsigned> parse_value(std::string_view text, const field& in) {
  auto name = std::find(in.names.begin(), in.names.end(), text);
  if (name != in.names.end())
    return in.first + static_cast<unsigned>(name - in.names.begin());
  unsigned result = 0;
  auto end = text.data() + text.size();
  auto [stop, failed] = std::from_chars(text.data(), end, result);
  if (failed != std::errc{} || stop != end || result < in.first
      || result > in.last)
    return std::nullopt;
  return result;
}

template <size_t N>
bool add_part(std::bitset<N>& to, std::string_view text, const field& in) {
  auto slash = text.find('/');
  auto range = text.substr(0, slash);
  unsigned step = 1;
  if (slash != text.npos) {
    auto given = parse_value(text.substr(slash + 1), {1, in.last, {}});
    if (!given)
      return false;
    step = *given;
  }
  auto dash = range.find('-');
  std::optional<unsigned> from{in.first};
  std::optional<unsigned> until{in.last};
  if (range != "*") {
    from = parse_value(range.substr(0, dash), in);
    if (dash != range.npos)
      until = parse_value(range.substr(dash + 1), in);
    else if (slash == text.npos)
      until = from;
  }
  if (!from || !until || *from > *until)
    return false;
  for (auto i = *from; i <= *until; i += step)
    to.set(i % N);
  return true;
}

template <size_t N>
bool parse_field(std::bitset<N>& to, std::string_view text, const field& in) {
  auto parts = split(text, ',');
  return std::all_of(parts.begin(), parts.end(),
                     [&](auto part) { return add_part(to, part, in); });
}

} // namespace

std::optional<cron> parse_cron(std::string_view text) {
  if (text.size() > 200)
    return std::nullopt;
  auto fields = split(text, ' ');
  std::erase(fields, std::string_view{});
  if (fields.size() != 5)
    return std::nullopt;
  cron result;
  auto good = parse_field(result.minutes, fields[0], {0, 59, {}})
              && parse_field(result.hours, fields[1], {0, 23, {}})
              && parse_field(result.days, fields[2], {1, 31, {}})
              && parse_field(result.months, fields[3], {1, 12, month_names})
              && parse_field(result.weekdays, fields[4], {0, 7, weekday_names});
  if (!good)
    return std::nullopt;
  result.any_day = fields[2].starts_with('*');
  result.any_weekday = fields[4].starts_with('*');
  return result;
}

} // namespace atalaya::config
