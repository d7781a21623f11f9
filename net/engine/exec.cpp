#include "net/engine/exec.hpp"

#include <array>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "actors/reflect/write_json.hpp"
#include "net/engine/connection.hpp"
#include "net/engine/error.hpp"
#include "net/engine/json.hpp"

namespace atalaya::net {

namespace asio = boost::asio;

namespace {

std::string body_of(const exec_request& x) {
  auto input = to_json(x.input);
  return "{\"Cmd\":" + to_json(x.command) + ",\"Env\":" + to_json(x.environment)
         + ",\"User\":" + to_json(x.user)
         + ",\"WorkingDir\":" + to_json(x.folder)
         + ",\"Tty\":" + to_json(x.terminal) + ",\"AttachStdin\":" + input
         + ",\"AttachStdout\":true,\"AttachStderr\":true}";
}

asio::awaitable<void>
write_all(std::shared_ptr<connection> to, std::string input) {
  co_await to->write(input);
  to->finish_writing();
}

std::string path_of(const std::string& id, const char* verb) {
  return "/exec/" + uri_escape(id) + verb;
}

} // namespace

exec_stream::exec_stream(std::shared_ptr<connection> on, std::string first,
                         bool terminal)
  : on_(std::move(on)), first_(std::move(first)), terminal_(terminal) {
  // nop
}

exec_stream::~exec_stream() {
  if (on_)
    on_->close();
}

/// Empty at the end.
asio::awaitable<std::string> exec_stream::read() {
  if (!first_.empty())
    co_return std::exchange(first_, {});
  std::array<char, 32 * 1024> buffer;
  size_t n = 0;
  try {
    n = co_await on_->read_some(buffer);
  } catch (const engine_error& e) {
    // Podman resets the connection when a program didn't want its input.
    if (e.kind() != engine_fault::unreachable)
      throw;
  }
  co_return std::string{buffer.data(), n};
}

asio::awaitable<std::optional<output_piece>> exec_stream::next() {
  for (;;) {
    if (auto piece = frames_.next())
      co_return piece;
    auto bytes = co_await read();
    if (bytes.empty())
      co_return std::nullopt;
    if (terminal_)
      co_return output_piece{.source = output_source::out,
                             .first = false,
                             .bytes = std::move(bytes)};
    frames_.feed(bytes);
  }
}

asio::awaitable<void> exec_stream::write(std::string_view bytes) {
  return on_->write(bytes);
}

void exec_stream::finish_input() {
  on_->finish_writing();
}

void exec_stream::provide(const asio::any_io_executor& ex, std::string input) {
  asio::co_spawn(ex, write_all(on_, std::move(input)), asio::detached);
}

void exec_stream::expires_after(std::chrono::milliseconds timeout) {
  on_->expires_after(timeout);
}

void exec_stream::close() {
  on_->close();
}

asio::awaitable<std::string>
create_exec(engine_client& from, std::string container, exec_request what) {
  request ask;
  ask.method = "POST";
  ask.target = "/containers/" + uri_escape(container) + "/exec";
  ask.body = body_of(what);
  ask.timeout = from.limits().answer;
  auto text = co_await from.text(ask);
  simdjson::dom::parser parser;
  co_return json::text(json::parse(parser, text)["Id"]);
}

asio::awaitable<exec_stream>
start_exec(engine_client& from, std::string id, bool terminal) {
  request ask;
  ask.method = "POST";
  ask.target = path_of(id, "/start");
  ask.body = "{\"Detach\":false,\"Tty\":" + to_json(terminal) + "}";
  ask.upgrade = true;
  ask.timeout = from.limits().answer;
  auto answer = co_await from.send(ask);
  auto [on, first] = answer.release();
  co_return exec_stream{std::move(on), std::move(first), terminal};
}

asio::awaitable<void> resize_exec(engine_client& from, std::string id,
                                  uint16_t columns, uint16_t rows) {
  request ask;
  ask.method = "POST";
  ask.target = path_of(id, "/resize?h=") + std::to_string(rows)
               + "&w=" + std::to_string(columns);
  ask.timeout = from.limits().answer;
  try {
    co_await from.text(ask);
    co_return;
  } catch (const engine_error& e) {
    if (e.status() != 404 && e.status() != 500)
      throw;
  }
  // The answer to the start comes a moment before there is a terminal.
  asio::steady_timer moment{co_await asio::this_coro::executor,
                            std::chrono::milliseconds{100}};
  co_await moment.async_wait(asio::use_awaitable);
  co_await from.text(ask);
}

asio::awaitable<exec_state> inspect_exec(engine_client& from, std::string id) {
  request ask;
  ask.target = path_of(id, "/json");
  ask.timeout = from.limits().answer;
  auto text = co_await from.text(ask);
  simdjson::dom::parser parser;
  auto root = json::parse(parser, text);
  exec_state result;
  result.running = json::yes(root["Running"]);
  result.pid = json::whole(root["Pid"]);
  if (!result.running)
    result.exit_code = static_cast<int32_t>(json::whole(root["ExitCode"]));
  co_return result;
}

} // namespace atalaya::net
