#include "net/server/server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <spdlog/spdlog.h>

#include "actors/events.hpp"
#include "actors/reflect/write_json.hpp"
#include "net/server/connection.hpp"

namespace asio = boost::asio;
using asio::ip::tcp;

namespace atalaya::net::web {

namespace {

/// Connections there may be besides the WebSockets.
constexpr size_t max_requests = 1'024;

/// How long no connection is accepted when there is no descriptor for it.
constexpr std::chrono::milliseconds out_of_descriptors{100};

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

std::string address_text(const server_options& options) {
  auto v6 = options.host.find(':') != std::string::npos;
  return (v6 ? '[' + options.host + ']' : options.host) + ':'
         + std::to_string(options.port);
}

[[noreturn]] void cannot_listen(const server_options& options,
                                const boost::system::error_code& ec) {
  auto taken = ec == asio::error::address_in_use;
  throw std::runtime_error{
    "listen " + address_text(options) + ": "
    + (taken ? "address already in use" : ec.message()) + "; "
    + (taken ? "end the program that has it, or choose another with --listen"
             : "choose an address of this machine with --listen")};
}

tcp::acceptor listen(asio::io_context& io, const server_options& options) {
  boost::system::error_code ec;
  tcp::resolver resolver{io};
  auto found = resolver.resolve(
    options.host, std::to_string(options.port),
    tcp::resolver::passive | tcp::resolver::numeric_service, ec);
  tcp::acceptor result{io};
  if (!ec)
    result.open(found.begin()->endpoint().protocol(), ec);
  if (!ec)
    result.set_option(tcp::acceptor::reuse_address{true}, ec);
  if (!ec)
    result.bind(found.begin()->endpoint(), ec);
  if (!ec)
    result.listen(tcp::acceptor::max_listen_connections, ec);
  if (ec)
    cannot_listen(options, ec);
  return result;
}

frame_ptr tick_frame() {
  auto result = std::make_shared<frame>();
  result->json = to_json(tick{});
  return result;
}

} // namespace

struct server::impl {
  impl(asio::io_context& io, std::shared_ptr<server_core> shared)
    : core(std::move(shared)),
      acceptor(listen(io, core->options)),
      port(acceptor.local_endpoint().port()),
      timer(io) {
    // nop
  }

  asio::awaitable<void> accept_loop() {
    while (!core->stopping) {
      auto [ec, socket] = co_await acceptor.async_accept(quietly);
      if (!ec)
        welcome(std::move(socket));
      else if (!core->stopping)
        co_await pause(out_of_descriptors);
    }
  }

  void welcome(tcp::socket socket) {
    if (core->connections.size() >= max_requests)
      return;
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay{true}, ignored);
    auto x = std::make_shared<connection>(std::move(socket), core);
    core->connections.emplace(x.get(), x);
    asio::co_spawn(acceptor.get_executor(), x->run(),
                   [x](const std::exception_ptr&) {
                     // a client that went away is no event
                   });
  }

  asio::awaitable<void> tick_loop() {
    auto frame = tick_frame();
    while (!core->stopping) {
      timer.expires_after(core->options.tick);
      auto [ec] = co_await timer.async_wait(quietly);
      if (!ec)
        core->sessions.tick(frame);
    }
  }

  asio::awaitable<void> pause(std::chrono::milliseconds time) {
    asio::steady_timer wait{acceptor.get_executor(), time};
    co_await wait.async_wait(quietly);
  }

  void end_all(bool now) {
    core->sessions.end(now ? caf::exit_reason::remote_link_unreachable
                           : caf::exit_reason::user_shutdown);
    for (auto& [key, held] : core->connections)
      if (auto x = held.lock())
        now ? x->abort() : x->stop();
  }

  bool idle() const {
    return core->connections.empty() && core->sessions.size() == 0;
  }

  asio::awaitable<void> drained(std::chrono::milliseconds bound) {
    constexpr std::chrono::milliseconds step{5};
    auto until = std::chrono::steady_clock::now() + bound;
    while (!idle() && std::chrono::steady_clock::now() < until)
      co_await pause(step);
  }

  std::shared_ptr<server_core> core;
  tcp::acceptor acceptor;
  uint16_t port;
  asio::steady_timer timer;
};

server::server(asio::io_context& io, caf::actor_system& sys,
               server_options options, handles parts, static_files page)
  : impl_(std::make_unique<impl>(
      io, std::make_shared<server_core>(sys, std::move(options),
                                        std::move(parts), std::move(page)))) {
  // nop
}

server::~server() = default;

uint16_t server::port() const {
  return impl_->port;
}

void server::run() {
  auto ex = impl_->acceptor.get_executor();
  asio::co_spawn(ex, impl_->accept_loop(), asio::detached);
  asio::co_spawn(ex, impl_->tick_loop(), asio::detached);
  spdlog::info("server: listens on {}:{}", impl_->core->options.host,
               impl_->port);
}

asio::awaitable<void> server::stop() {
  constexpr std::chrono::milliseconds last_moment{500};
  auto& x = *impl_;
  x.core->stopping = true;
  boost::system::error_code ignored;
  x.acceptor.close(ignored);
  x.timer.cancel();
  x.end_all(false);
  co_await x.drained(x.core->options.stop_timeout);
  x.end_all(true);
  co_await x.drained(last_moment);
}

} // namespace atalaya::net::web
