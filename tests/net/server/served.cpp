#include "served.hpp"

#include <csignal>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using namespace std::chrono_literals;

namespace atalaya::test {

namespace {

struct settings : caf::actor_system_config {
  settings() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", 2);
  }
};

/// Runs what was started on `io` until it is done.
void within(asio::io_context& io, const bool& done) {
  io.restart();
  auto until = std::chrono::steady_clock::now() + 10s;
  while (!done && std::chrono::steady_clock::now() < until)
    io.run_one_for(100ms);
  if (!done)
    throw std::runtime_error{"nothing came for 10 s"};
}

std::string lower(std::string x) {
  for (auto& c : x)
    c = static_cast<char>(std::tolower(c));
  return x;
}

template <class Fields>
reply to_reply(const Fields& from) {
  reply result;
  result.status = from.result_int();
  for (auto& field : from)
    result.headers[lower(field.name_string())] += field.value();
  return result;
}

tcp::endpoint loopback(uint16_t port) {
  return {asio::ip::address_v4::loopback(), port};
}

} // namespace

headers cookie(const std::string& secret) {
  return {{"Cookie", "theme=dark; atalaya=" + secret},
          {"Origin", "http://127.0.0.1:8420"},
          {"Host", "127.0.0.1:8420"}};
}

headers bearer(const std::string& secret) {
  return {{"Authorization", "Bearer " + secret}};
}

headers operator+(headers a, const headers& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

bool eventually(const std::function<bool()>& done) {
  for (int i = 0; i < 1'000; ++i) {
    if (done())
      return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

struct served::impl {
  asio::io_context io{1};
  settings config;
  caf::actor_system sys{config};
  std::unique_ptr<net::web::server> server;
  std::vector<caf::actor> parts;
  decltype(asio::make_work_guard(io)) guard = asio::make_work_guard(io);
  std::thread thread;
  bool stopped = false;
};

served::served(net::web::server_options options, net::web::static_files page)
  : known(make_world()), impl_(std::make_unique<impl>()) {
  auto& x = *impl_;
  std::signal(SIGPIPE, SIG_IGN); // As the program does.
  options.port = 0;
  topic = x.sys.spawn(test::topic, known);
  auto a = x.sys.spawn(accounts, known);
  auto h = x.sys.spawn(history, known);
  auto i = x.sys.spawn(instance_fake, known, topic);
  auto r = x.sys.spawn(root, known, i, topic);
  auto any = [](auto& y) { return caf::actor_cast<caf::actor>(y); };
  x.parts = {any(r), any(i), any(topic), any(a), any(h)};
  x.server = std::make_unique<net::web::server>(
    x.io, x.sys, options, net::web::handles{r, a, h}, page);
  x.server->run();
  x.thread = std::thread{[&x] { x.io.run(); }};
}

served::~served() {
  stop();
  known->locked([](world& w) { w.sockets.clear(); });
  for (auto& x : impl_->parts)
    caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
  impl_->parts.clear();
  topic = nullptr;
  impl_->sys.await_all_actors_done();
  impl_->guard.reset();
  impl_->thread.join();
}

void served::stop() {
  if (!std::exchange(impl_->stopped, true))
    asio::co_spawn(impl_->io, impl_->server->stop(), asio::use_future).get();
}

uint16_t served::port() const {
  return impl_->server->port();
}

std::string served::origin() const {
  return "http://127.0.0.1:" + std::to_string(port());
}

size_t served::actors() const {
  return impl_->sys.registry().running();
}

void served::revoke() {
  known->locked([](world& w) {
    for (auto& x : w.sockets)
      caf::anon_send(
        x, caf::exit_msg{x.address(), failure(errc::unauthenticated, "no")});
    w.sockets.clear();
  });
}

reply served::fetch(const std::string& method, const std::string& target,
                    const headers& fields, const std::string& body) {
  http::request<http::string_body> req;
  req.version(11);
  req.method_string(method);
  req.target(target);
  req.set(http::field::host, "127.0.0.1:" + std::to_string(port()));
  for (auto& [name, value] : fields)
    req.set(name, value);
  req.body() = body;
  req.prepare_payload();
  req.keep_alive(false);
  asio::io_context io;
  beast::tcp_stream stream{io};
  stream.connect(loopback(port()));
  beast::error_code ignored; // the answer may come before all was sent
  http::write(stream, req, ignored);
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> in;
  in.skip(method == "HEAD");
  in.body_limit(64'000'000);
  auto done = false;
  beast::error_code failed;
  http::async_read(stream, buffer, in, [&](beast::error_code ec, size_t) {
    failed = ec;
    done = true;
  });
  within(io, done);
  if (failed)
    throw std::runtime_error{"no answer: " + failed.message()};
  auto result = to_reply(in.get());
  result.body = in.get().body();
  return result;
}

std::string served::raw(const std::string& bytes, const std::string& stop_at) {
  asio::io_context io;
  tcp::socket socket{io};
  socket.connect(loopback(port()));
  beast::error_code ignored;
  asio::write(socket, asio::buffer(bytes), ignored);
  std::string result;
  for (;;) {
    char chunk[4'096];
    auto done = false;
    size_t got = 0;
    socket.async_read_some(asio::buffer(chunk),
                           [&](beast::error_code, size_t size) {
                             got = size;
                             done = true;
                           });
    within(io, done);
    result.append(chunk, got);
    if (got == 0 || (!stop_at.empty() && result.find(stop_at) != result.npos))
      return result;
  }
}

struct socket_client::impl {
  asio::io_context io;
  beast::websocket::stream<tcp::socket> ws{io};
  beast::websocket::response_type response;
  beast::flat_buffer buffer;
  std::string rest;
  unsigned status = 0;
};

socket_client::socket_client(served& to, const headers& fields,
                             const std::string& protocol, int receive_buffer)
  : impl_(std::make_unique<impl>()) {
  auto& x = *impl_;
  x.ws.next_layer().open(tcp::v4());
  if (receive_buffer > 0)
    x.ws.next_layer().set_option(
      tcp::socket::receive_buffer_size{receive_buffer});
  x.ws.next_layer().connect(loopback(to.port()));
  x.ws.set_option(beast::websocket::stream_base::decorator(
    [&](beast::websocket::request_type& req) {
      for (auto& [name, value] : fields)
        req.set(name, value);
      if (!protocol.empty())
        req.set(http::field::sec_websocket_protocol, protocol);
    }));
  auto done = false;
  x.ws.read_message_max(256 * 1024 * 1024);
  x.ws.async_handshake(x.response, "127.0.0.1:" + std::to_string(to.port()),
                       "/api/events", [&](beast::error_code) { done = true; });
  within(x.io, done);
  x.status = x.response.result_int();
}

socket_client::socket_client(socket_client&& other) noexcept = default;

socket_client::~socket_client() = default;

unsigned socket_client::status() const {
  return impl_->status;
}

std::string socket_client::protocol() const {
  return std::string{impl_->response[http::field::sec_websocket_protocol]};
}

void socket_client::send(const std::string& text) {
  auto done = false;
  impl_->ws.async_write(asio::buffer(text),
                        [&](beast::error_code, size_t) { done = true; });
  within(impl_->io, done);
}

std::string socket_client::read() {
  auto done = false;
  beast::error_code failed;
  impl_->buffer.clear();
  impl_->ws.async_read(impl_->buffer, [&](beast::error_code ec, size_t) {
    failed = ec;
    done = true;
  });
  within(impl_->io, done);
  return failed ? std::string{}
                : beast::buffers_to_string(impl_->buffer.data());
}

std::string socket_client::next() {
  auto& rest = impl_->rest;
  if (rest.empty())
    rest = read();
  auto line = rest.substr(0, rest.find('\n'));
  rest.erase(0, line.size() + 1);
  return line;
}

std::vector<std::string> socket_client::until(const std::string& part) {
  std::vector<std::string> result;
  do {
    result.push_back(next());
  } while (!result.back().empty()
           && result.back().find(part) == std::string::npos);
  return result;
}

int socket_client::close_code() {
  while (!next().empty())
    continue;
  return impl_->ws.reason().code;
}

} // namespace atalaya::test
