#include "net/engine/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "net/engine/error.hpp"

namespace atalaya::net {

namespace asio = boost::asio;

namespace {

constexpr auto result_of = asio::as_tuple(asio::use_awaitable);

std::string advice(const boost::system::error_code& ec) {
  if (ec == asio::error::access_denied)
    return "this user may not use the socket; run as root or as a member of "
           "the socket's group";
  if (ec == boost::system::errc::no_such_file_or_directory)
    return "there is no such socket; start Docker or Podman, or set the "
           "engine's address";
  if (ec == asio::error::connection_refused)
    return "nothing listens there; start Docker or Podman";
  return ec.message();
}

} // namespace

connection::connection(asio::any_io_executor ex, const engine_address& where)
  : where_(where), socket_(ex), deadline_(ex) {
  // nop
}

asio::awaitable<std::shared_ptr<connection>>
connection::open(const engine_address& where,
                 std::chrono::milliseconds timeout) {
  auto ex = co_await asio::this_coro::executor;
  auto result = std::make_shared<connection>(ex, where);
  result->expires_after(timeout);
  co_await result->connect();
  co_return result;
}

asio::awaitable<void> connection::connect() {
  boost::system::error_code last;
  auto candidates = co_await endpoints();
  for (auto& to : candidates) {
    if (timed_out_)
      break;
    auto [ec] = co_await socket_.async_connect(to, result_of);
    if (!ec) {
      set_options();
      co_return;
    }
    last = ec;
    if (ec == asio::error::operation_aborted)
      break;
    boost::system::error_code ignored;
    socket_.close(ignored);
  }
  fail(last);
}

/// What is typed into a terminal goes out at once, and a host that has gone
/// away is noticed even by a stream that only listens.
void connection::set_options() {
  boost::system::error_code ignored;
  if (!where_.path.empty())
    return;
  socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
  socket_.set_option(asio::socket_base::keep_alive{true}, ignored);
}

asio::awaitable<std::vector<connection::endpoint>> connection::endpoints() {
  std::vector<endpoint> result;
  if (!where_.path.empty()) {
    result.emplace_back(asio::local::stream_protocol::endpoint{where_.path});
    co_return result;
  }
  // A name is looked up anew each time: containers and hosts move.
  asio::ip::tcp::resolver resolver{socket_.get_executor()};
  auto [ec, found] = co_await resolver.async_resolve(
    where_.host, std::to_string(where_.port), result_of);
  if (ec)
    fail(ec);
  for (auto& x : found)
    result.emplace_back(x.endpoint());
  co_return result;
}

void connection::expires_after(std::chrono::milliseconds timeout) {
  deadline_.expires_after(timeout);
  deadline_.async_wait([weak = weak_from_this()](auto) {
    auto self = weak.lock();
    // A wait that was replaced by a later one ends here as well.
    if (!self || self->deadline_.expiry() > std::chrono::steady_clock::now())
      return;
    self->timed_out_ = true;
    self->close();
  });
}

void connection::expires_never() {
  deadline_.expires_at(std::chrono::steady_clock::time_point::max());
}

asio::awaitable<size_t> connection::read_some(std::span<char> into) {
  auto buffer = asio::buffer(into.data(), into.size());
  auto [ec, n] = co_await socket_.async_read_some(buffer, result_of);
  if (ec && ec != asio::error::eof)
    fail(ec);
  co_return n;
}

asio::awaitable<void> connection::write(std::string_view bytes) {
  auto buffer = asio::buffer(bytes.data(), bytes.size());
  auto [ec, n] = co_await asio::async_write(socket_, buffer, result_of);
  if (ec)
    fail(ec);
}

void connection::finish_writing() {
  boost::system::error_code ignored;
  socket_.shutdown(asio::socket_base::shutdown_send, ignored);
}

void connection::close() {
  boost::system::error_code ignored;
  deadline_.cancel();
  socket_.close(ignored);
}

void connection::fail(const boost::system::error_code& ec) const {
  auto name = "engine " + to_string(where_) + ": ";
  if (timed_out_)
    throw engine_error{engine_fault::timeout,
                       name + "no answer in time; see whether it hangs"};
  if (ec == asio::error::operation_aborted)
    throw boost::system::system_error{ec};
  throw engine_error{engine_fault::unreachable, name + advice(ec)};
}

} // namespace atalaya::net
