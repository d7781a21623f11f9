#include "net/engine/logs.hpp"

#include "net/engine/error.hpp"

namespace atalaya::net {

namespace asio = boost::asio;

namespace {

/// "1763823033.968013985": exact, where a fraction in a double isn't.
std::string seconds(log_time x) {
  auto whole = std::chrono::floor<std::chrono::seconds>(x);
  auto nanos = std::to_string((x - whole).count());
  return std::to_string(whole.time_since_epoch().count()) + "."
         + std::string(9 - nanos.size(), '0') + nanos;
}

std::string query_of(const log_query& x) {
  auto result = std::string{"?stdout=1&stderr=1&timestamps=1&follow="}
                + (x.follow ? "1" : "0");
  if (x.since)
    result += "&since=" + seconds(*x.since);
  if (x.until)
    result += "&until=" + seconds(*x.until);
  if (x.tail)
    result += "&tail=" + std::to_string(*x.tail);
  return result;
}

constexpr std::chrono::seconds longest_silence{60};

} // namespace

void log_stream::take(std::string bytes) {
  if (terminal_) {
    lines_.feed({.source = output_source::out,
                 .first = false,
                 .bytes = std::move(bytes)});
    return;
  }
  frames_.feed(bytes);
  while (auto piece = frames_.next())
    lines_.feed(*piece);
}

asio::awaitable<std::optional<std::vector<container_line>>> log_stream::next() {
  while (!ended_) {
    auto piece = co_await from_.next();
    ended_ = !piece;
    if (piece)
      take(std::move(*piece));
    else
      lines_.finish();
    if (auto result = lines_.take(); !result.empty())
      co_return result;
  }
  co_return std::nullopt;
}

asio::awaitable<log_stream> logs(engine_client& from, std::string container,
                                 bool terminal, log_query which) {
  request what;
  what.target = "/containers/" + uri_escape(container) + "/logs"
                + query_of(which);
  what.timeout = which.follow ? std::chrono::milliseconds{0}
                              : from.limits().answer;
  auto answer = co_await from.send(what);
  answer.follow(which.follow ? std::chrono::seconds{0} : longest_silence);
  co_return log_stream{std::move(answer), terminal};
}

} // namespace atalaya::net
