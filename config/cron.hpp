#pragma once

// field  := part (',' part)*
// part   := ('*' | value ('-' value)?) ('/' step)?
// value  := a number, or in the last two fields a name: jan … dec, sun … sat
// A text has five fields: minute, hour, day of month, month, day of week
// (0 and 7 are Sunday).

#include <bitset>
#include <optional>
#include <string_view>

namespace atalaya::config {

/// The moments that five fields of cron name.
struct cron {
  std::bitset<60> minutes;
  std::bitset<24> hours;
  std::bitset<32> days;    ///< Of the month, from 1.
  std::bitset<13> months;  ///< From 1.
  std::bitset<7> weekdays; ///< From Sunday.
  /// Where both kinds of day are restricted, one of them is enough: so says
  /// crontab(5).
  bool any_day = true;
  bool any_weekday = true;
  bool operator==(const cron&) const = default;
};

/// Nothing where `text` is not of the grammar above.
std::optional<cron> parse_cron(std::string_view text);

} // namespace atalaya::config
