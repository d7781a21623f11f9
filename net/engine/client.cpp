#include "net/engine/client.hpp"

#include "net/engine/error.hpp"
#include "net/engine/read_container.hpp"
#include "net/engine/read_error.hpp"

namespace atalaya::net {

namespace asio = boost::asio;

namespace {

/// "Docker/20.10.24+dfsg1 (linux)" or "Libpod/4.3.1 (linux)" as people say it.
std::string product_name(std::string_view server, bool podman) {
  auto version = server.substr(0, server.find_first_of(" +("));
  auto slash = version.find('/');
  std::string result = podman ? "Podman" : "Docker";
  if (slash != version.npos)
    result.append(" ").append(version.substr(slash + 1));
  return result;
}

constexpr size_t error_text_limit = 64 * 1024;

asio::awaitable<void> refuse(response& from, std::string target) {
  auto status = from.status();
  auto body = co_await from.rest(error_text_limit);
  auto path = target.substr(0, target.find('?'));
  throw engine_error{engine_fault::refused,
                     "engine refused " + path + ": " + read_error(body, status),
                     status};
}

} // namespace

engine_client::engine_client(engine_address where, engine_limits limits)
  : where_(std::move(where)), limits_(limits) {
  // nop
}

asio::awaitable<engine_identity> engine_client::ping() {
  request what;
  what.target = "/_ping";
  what.timeout = limits_.ping;
  auto answer = co_await response::to(what, where_, "", limits_.connect);
  if (answer.status() >= 300)
    co_await refuse(answer, what.target);
  engine_identity result;
  result.podman = !answer.header("Libpod-Api-Version").empty();
  result.product = product_name(answer.header("Server"), result.podman);
  result.api = negotiate(answer.header("Api-Version"));
  identity_ = result;
  co_return result;
}

asio::awaitable<engine_identity> engine_client::identity() {
  if (!identity_)
    co_await ping();
  co_return *identity_;
}

asio::awaitable<response> engine_client::send(request what) {
  auto who = co_await identity();
  auto prefix = "/v" + to_string(who.api);
  auto answer = co_await response::to(what, where_, prefix, limits_.connect);
  if (answer.status() < 400)
    co_return answer;
  // It may be another engine than the one that was asked for its version.
  if (answer.status() == 400)
    identity_.reset();
  co_await refuse(answer, what.target);
  co_return answer;
}

asio::awaitable<std::string> engine_client::text(request what) {
  auto answer = co_await send(what);
  co_return co_await answer.rest(limits_.body);
}

asio::awaitable<std::vector<std::string>> engine_client::list() {
  request what;
  what.target = "/containers/json?all=1";
  what.timeout = limits_.answer;
  co_return read_container_ids(co_await text(what));
}

asio::awaitable<container_facts> engine_client::inspect(std::string container) {
  request what;
  what.target = "/containers/" + uri_escape(container) + "/json";
  what.timeout = limits_.answer;
  co_return read_container(co_await text(what));
}

asio::awaitable<void> engine_client::start(std::string container) {
  return command(container, "start", std::nullopt);
}

asio::awaitable<void>
engine_client::stop(std::string container, std::chrono::seconds grace) {
  return command(container, "stop", grace);
}

asio::awaitable<void>
engine_client::restart(std::string container, std::chrono::seconds grace) {
  return command(container, "restart", grace);
}

asio::awaitable<void>
engine_client::command(std::string container, std::string verb,
                       std::optional<std::chrono::seconds> grace) {
  request what;
  what.method = "POST";
  what.target = "/containers/" + uri_escape(container) + "/" + verb;
  what.timeout = limits_.answer + limits_.stop_margin;
  if (grace) {
    what.target += "?t=" + std::to_string(grace->count());
    what.timeout += *grace;
  }
  co_await text(what);
}

} // namespace atalaya::net
