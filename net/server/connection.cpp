#include "net/server/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "net/server/file_part.hpp"
#include "net/server/router.hpp"
#include "net/server/session.hpp"
#include "net/server/target.hpp"

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

namespace atalaya::net::web {

namespace {

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

/// What to say to a client whose request could not be read; nothing where it
/// went away or took too long.
std::optional<answer>
complaint(const beast::error_code& ec, const server_options& options) {
  if (ec == http::error::header_limit || ec == http::error::buffer_overflow)
    return problem(errc::too_large, "the header is longer than "
                                      + std::to_string(options.header_limit)
                                      + " bytes");
  if (ec == http::error::body_limit)
    return problem(errc::too_large, "the body is longer than "
                                      + std::to_string(options.body_limit)
                                      + " bytes");
  if (ec == http::error::end_of_stream || ec == http::error::partial_message
      || ec.category() != http::make_error_code(http::error{}).category())
    return std::nullopt;
  return problem(errc::invalid, "this is not HTTP/1.1: " + ec.message());
}

bool offers_protocol(const http::fields& fields) {
  return fields.count(http::field::sec_websocket_protocol) > 0;
}

void set_options(websocket& ws, const server_options& options, bool offered) {
  using base = beast::websocket::stream_base;
  // A client that answers no ping within a minute is gone.
  ws.set_option(
    base::timeout{options.header_timeout, options.idle_timeout, true});
  ws.set_option(base::decorator([offered](beast::websocket::response_type& x) {
    if (offered)
      x.set(http::field::sec_websocket_protocol, "atalaya.v1");
  }));
}

} // namespace

connection::connection(asio::ip::tcp::socket socket,
                       std::shared_ptr<server_core> core)
  : stream_(std::move(socket), core->tls.get()),
    core_(std::move(core)),
    buffer_(core_->options.header_limit + 64 * 1024) {
  beast::error_code ignored;
  peer_ = stream_.next_layer().socket().remote_endpoint(ignored).address();
}

connection::~connection() {
  core_->connections.erase(this);
}

void connection::stop() {
  if (!busy_)
    abort();
}

void connection::abort() {
  // A download has a descriptor of its own, which closing would leave open.
  beast::error_code ignored;
  stream_.next_layer().socket().shutdown(asio::socket_base::shutdown_both,
                                         ignored);
  stream_.next_layer().close();
}

asio::awaitable<void> connection::run() {
  stream_.next_layer().expires_after(core_->options.header_timeout);
  co_await stream_.handshake();
  for (auto more = true; more; busy_ = false)
    more = co_await serve_one();
}

asio::awaitable<bool> connection::serve_one() {
  parser in;
  if (auto came = co_await idle(); !came)
    co_return false;
  if (auto whole = co_await read(in); !whole)
    co_return false;
  auto req = translate(in);
  auto result = co_await decide(req);
  if (result.socket_for) {
    co_await upgrade(in, *result.socket_for);
    co_return false;
  }
  auto keep = in.get().keep_alive() && in.get().version() == 11;
  co_return co_await reply(req, std::move(result), keep && !core_->stopping);
}

asio::awaitable<bool> connection::idle() {
  constexpr size_t first_bytes = 1'024;
  if (buffer_.size() > 0)
    co_return true;
  buffer_.shrink_to_fit();
  stream_.next_layer().expires_after(core_->options.idle_timeout);
  auto [ec, size]
    = co_await stream_.async_read_some(buffer_.prepare(first_bytes), quietly);
  buffer_.commit(size);
  busy_ = !ec;
  co_return busy_;
}

asio::awaitable<bool> connection::read(parser& in) {
  auto& options = core_->options;
  in.header_limit(static_cast<uint32_t>(options.header_limit));
  in.body_limit(options.body_limit);
  busy_ = true;
  stream_.next_layer().expires_after(options.header_timeout);
  auto [ec, size] = co_await http::async_read_header(stream_, buffer_, in,
                                                     quietly);
  if (!ec) {
    stream_.next_layer().expires_after(options.body_timeout);
    if (same_word(in.get()[http::field::expect], "100-continue"))
      co_await asio::async_write(
        stream_, asio::buffer("HTTP/1.1 100 Continue\r\n\r\n", 25),
        asio::use_awaitable);
    std::tie(ec, size) = co_await http::async_read(stream_, buffer_, in,
                                                   quietly);
  }
  if (!ec)
    co_return true;
  if (auto x = complaint(ec, options))
    co_await refuse(std::move(*x));
  co_return false;
}

request connection::translate(parser& in) const {
  request result;
  auto& message = in.get();
  result.method = message.method_string();
  result.path = message.target();
  for (auto& field : message) {
    std::string name{field.name_string()};
    auto same = [&](auto& x) { return same_word(x.first, name); };
    auto known = std::find_if(result.headers.begin(), result.headers.end(),
                              same);
    if (known == result.headers.end())
      result.headers.emplace_back(name, field.value());
    else
      known->second.append(", ").append(field.value());
  }
  result.body = std::move(message.body());
  identify(result, peer_, stream_.tls(), core_->proxies);
  return result;
}

asio::awaitable<answer> connection::decide(request& req) {
  if (auto x = aim(req, core_->options.base_path))
    co_return std::move(*x);
  if (req.safe() && req.segments.front() != "api" && !is_routed(req))
    co_return core_->page.get(req);
  co_return co_await respond(core_->to, req);
}

asio::awaitable<bool>
connection::reply(const request& req, answer x, bool keep) {
  auto head = head_of(x, !keep, stream_.tls());
  auto body = req.method == "HEAD" ? std::string_view{} : x.bytes();
  stream_.next_layer().expires_after(core_->options.write_timeout);
  std::array<asio::const_buffer, 2> both{asio::buffer(head),
                                         asio::buffer(body)};
  co_await asio::async_write(stream_, both, asio::use_awaitable);
  if (x.part && req.method != "HEAD")
    co_await send(*x.part);
  if (!keep)
    co_await drain();
  co_return keep;
}

asio::awaitable<void> connection::send(file_part& file) {
  constexpr size_t piece = 256 * 1'024;
  std::string buffer(piece, '\0');
  auto readers = core_->readers.get_executor();
  auto encrypted = stream_.tls();
  if (!encrypted) {
    auto& socket = stream_.next_layer().socket();
    socket.native_non_blocking(true);
    file.send_to(socket.native_handle());
  }
  while (file.length > 0) {
    if (!encrypted && co_await file.send(readers) > 0)
      continue;
    // The socket is full: a piece in memory waits until it isn't.
    auto size = co_await file.read(readers, buffer);
    // A client may be slow, but not stand still.
    stream_.next_layer().expires_after(core_->options.write_timeout);
    co_await asio::async_write(stream_, asio::buffer(buffer.data(), size),
                               asio::use_awaitable);
  }
}

asio::awaitable<void> connection::refuse(answer x) {
  request none; // g++ 12 destroys a braced temporary here twice
  co_await reply(none, std::move(x), false);
}

asio::awaitable<void> connection::drain() {
  // A socket closed over unread bytes is reset, and the client would lose the
  // answer that says what was wrong with them.
  constexpr size_t most = 4 * 1024 * 1024;
  constexpr std::chrono::seconds bound{1};
  beast::error_code ec;
  stream_.next_layer().socket().shutdown(asio::socket_base::shutdown_send, ec);
  stream_.next_layer().expires_after(bound);
  std::string chunk(4'096, '\0');
  for (size_t total = 0; !ec && total < most;) {
    size_t size = 0;
    std::tie(ec, size) = co_await stream_.next_layer().async_read_some(
      asio::buffer(chunk), quietly);
    total += size;
  }
}

asio::awaitable<void> connection::upgrade(parser& in, const principal& who) {
  core_->connections.erase(this); // what follows has the socket
  stream_.next_layer().expires_never();
  websocket ws{std::move(stream_)};
  set_options(ws, core_->options, offers_protocol(in.get()));
  co_await ws.async_accept(in.get(), asio::use_awaitable);
  if (core_->sessions.full() || core_->stopping) {
    auto code = core_->stopping ? close_code::going_away
                                : close_code::try_again_later;
    co_await ws.async_close(code, asio::use_awaitable);
    co_return;
  }
  core_->sessions.add(core_->to.sys.spawn<session>(std::move(ws), core_, who));
}

} // namespace atalaya::net::web
