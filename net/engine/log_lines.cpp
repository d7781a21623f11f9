#include "net/engine/log_lines.hpp"

#include <algorithm>
#include <utility>

#include "actors/reflect/time.hpp"
#include "net/engine/utf8.hpp"

namespace atalaya::net {

namespace {

/// "2026-11-22T14:50:33.968013985+02:00" has 35.
constexpr size_t longest_stamp = 40;

/// The stamps that a terminal's output has in the middle of a line, where no
/// frame says so. Docker cuts at 16 KiB, Podman wherever its reader was.
void drop_repeated(std::string& text, const std::string& stamp) {
  for (auto i = text.find(stamp); !stamp.empty() && i != text.npos;
       i = text.find(stamp, i))
    text.erase(i, stamp.size());
}

} // namespace

std::optional<log_time> parse_log_time(std::string_view text) {
  auto dot = std::min(text.find('.'), text.size());
  auto end = std::min(text.find_first_not_of("0123456789", dot + 1),
                      text.size());
  auto seconds = std::string{text.substr(0, dot)};
  if (dot != text.size())
    seconds += text.substr(end);
  auto whole = parse_rfc3339(seconds);
  if (!whole || end == dot + 1)
    return std::nullopt;
  log_time result = *whole;
  int64_t unit = 100'000'000;
  for (auto i = dot + 1; i < end && unit > 0; ++i, unit /= 10)
    result += std::chrono::nanoseconds{unit * (text[i] - '0')};
  return result;
}

void log_lines_reader::feed(const output_piece& x) {
  auto& to = partials_[x.source];
  if (x.first) {
    to.stamp_is_next = true;
    to.stamp.clear();
  }
  std::string_view bytes = x.bytes;
  while (!bytes.empty()) {
    bytes = read_stamp(to, bytes);
    auto stop = std::min(bytes.find('\n'), bytes.size());
    add(to, bytes.substr(0, stop));
    if (stop == bytes.size())
      return;
    end(x.source, to);
    bytes.remove_prefix(stop + 1);
  }
}

/// Takes the time off the beginning of a part; returns what is behind it.
std::string_view
log_lines_reader::read_stamp(partial& to, std::string_view bytes) {
  while (to.stamp_is_next && !bytes.empty()) {
    to.stamp += bytes.front();
    bytes.remove_prefix(1);
    auto c = to.stamp.back();
    if (c != ' ' && c != '\n' && to.stamp.size() < longest_stamp)
      continue;
    to.stamp_is_next = false;
    auto stamp = std::exchange(to.stamp, {});
    auto at
      = parse_log_time(std::string_view{stamp}.substr(0, stamp.size() - 1));
    if (c == '\n') {
      // Text that is no time; its newline must be seen again.
      add(to, std::string_view{stamp}.substr(0, stamp.size() - 1));
      return {bytes.data() - 1, bytes.size() + 1};
    }
    if (!at) {
      add(to, stamp);
    } else if (!to.under_way) {
      to.at = *at;
      to.first_stamp = stamp;
    }
    to.under_way = true;
  }
  return bytes;
}

void log_lines_reader::add(partial& to, std::string_view bytes) const {
  if (bytes.empty())
    return;
  auto room = limit_ - std::min(limit_, to.text.size());
  to.text += bytes.substr(0, room);
  to.left_out += bytes.size() - std::min(room, bytes.size());
  to.under_way = true;
}

void log_lines_reader::end(output_source source, partial& x) {
  if (terminal_)
    drop_repeated(x.text, x.first_stamp);
  if (x.text.ends_with('\r'))
    x.text.pop_back();
  auto text = valid_utf8(x.text);
  if (x.left_out > 0)
    text += " … (" + std::to_string(x.left_out) + " bytes left out)";
  ready_.push_back({.source = source, .at = x.at, .text = std::move(text)});
  // A line without a time of its own has that of the one before.
  auto at = x.at;
  x = {};
  x.at = at;
}

void log_lines_reader::finish() {
  for (auto& [source, x] : partials_) {
    if (!x.stamp.empty())
      add(x, std::exchange(x.stamp, {}));
    if (x.under_way)
      end(source, x);
  }
}

std::vector<container_line> log_lines_reader::take() {
  return std::exchange(ready_, {});
}

} // namespace atalaya::net
