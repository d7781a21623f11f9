#include "net/engine/response.hpp"

#include <utility>
#include <vector>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include "net/engine/connection.hpp"
#include "net/engine/error.hpp"

namespace atalaya::net {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace asio = boost::asio;

namespace {

constexpr size_t head_limit = 64 * 1024;
constexpr size_t piece_limit = 64 * 1024;

/// Beast's parser, with the head and the body put down as they come.
class parser : public http::basic_parser<false> {
public:
  using text = beast::string_view;
  using code = beast::error_code;

  parser() {
    header_limit(head_limit);
    body_limit(boost::none);
  }

  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

private:
  void on_request_impl(http::verb, text, text, int, code&) override {
    // nop
  }

  void on_response_impl(int x, text, int, code&) override {
    status = x;
  }

  void on_field_impl(http::field, text name, text value, code&) override {
    headers.emplace_back(std::string{name}, std::string{value});
  }

  void on_header_impl(code&) override {
    // nop
  }

  void on_body_init_impl(const boost::optional<uint64_t>&, code&) override {
    // nop
  }

  size_t on_body_impl(text bytes, code&) override {
    body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  void on_chunk_header_impl(uint64_t, text, code&) override {
    // nop
  }

  size_t on_chunk_body_impl(uint64_t, text bytes, code&) override {
    body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  void on_finish_impl(code&) override {
    // nop
  }
};

} // namespace

struct response::impl {
  explicit impl(std::shared_ptr<connection> x) : peer(std::move(x)) {
    // nop
  }

  std::shared_ptr<connection> peer;
  parser in;
  beast::flat_buffer unread{head_limit + piece_limit};
  std::chrono::milliseconds silence{0};
  bool followed = false;

  [[noreturn]] void fail(engine_fault kind, const std::string& why) const {
    throw engine_error{kind, "engine " + to_string(peer->where()) + ": " + why};
  }

  void check(const beast::error_code& ec) const {
    if (ec == http::error::partial_message)
      fail(engine_fault::unreachable, "it ended the connection in the middle "
                                      "of an answer; see whether it runs");
    if (ec)
      fail(engine_fault::protocol, "its answer is not HTTP (" + ec.message()
                                     + "); see what listens there");
  }

  /// The connection has ended, which some bodies do as well.
  void end() {
    beast::error_code ec = http::error::partial_message;
    if (in.got_some())
      in.put_eof(ec);
    check(ec);
  }

  /// Lets the parser take one element of what was read; false: it needs more.
  bool parse() {
    if (unread.size() == 0)
      return false;
    beast::error_code ec;
    auto taken = in.put(unread.data(), ec);
    unread.consume(taken);
    if (ec == http::error::need_more)
      return false;
    check(ec);
    return true;
  }

  asio::awaitable<void> read() {
    if (unread.size() >= head_limit)
      fail(engine_fault::protocol, "the head of its answer is too long");
    auto room = unread.prepare(piece_limit);
    auto into = std::span{static_cast<char*>(room.data()), room.size()};
    auto n = co_await peer->read_some(into);
    unread.commit(n);
    if (n == 0)
      end();
  }

  asio::awaitable<void> head() {
    while (!in.is_header_done())
      if (!parse())
        co_await read();
  }

  asio::awaitable<bool> more() {
    while (in.body.empty() && !in.is_done())
      if (!parse())
        co_await read();
    co_return !in.body.empty();
  }
};

asio::awaitable<response>
response::to(const request& what, const engine_address& where,
             std::string_view prefix, std::chrono::milliseconds connect) {
  auto peer = co_await connection::open(where, connect);
  if (what.timeout.count() > 0)
    peer->expires_after(what.timeout);
  else
    peer->expires_never();
  auto host = where.path.empty() ? to_string(where).substr(6) : "engine";
  auto bytes = serialize(what, host, prefix);
  co_await peer->write(bytes);
  auto state = std::make_unique<impl>(std::move(peer));
  co_await state->head();
  co_return response{std::move(state)};
}

response::response(std::unique_ptr<impl> state) : impl_(std::move(state)) {
  // nop
}

response::response(response&&) noexcept = default;

response& response::operator=(response&&) noexcept = default;

response::~response() = default;

int response::status() const {
  return impl_->in.status;
}

std::string_view response::header(std::string_view name) const {
  for (auto& [key, value] : impl_->in.headers)
    if (beast::iequals(key, beast::string_view{name.data(), name.size()}))
      return value;
  return {};
}

asio::awaitable<std::optional<std::string>> response::next() {
  auto& x = *impl_;
  if (x.followed && x.silence.count() > 0)
    x.peer->expires_after(x.silence);
  if (co_await x.more())
    co_return std::exchange(x.in.body, {});
  co_return std::nullopt;
}

asio::awaitable<std::string> response::rest(size_t limit) {
  std::string result;
  for (auto piece = co_await next(); piece; piece = co_await next()) {
    if (result.size() + piece->size() > limit)
      impl_->fail(engine_fault::protocol,
                  "its answer has more than " + std::to_string(limit)
                    + " bytes, the most that is taken of this kind");
    result += *piece;
  }
  co_return result;
}

void response::follow(std::chrono::milliseconds silence) {
  impl_->followed = true;
  impl_->silence = silence;
  impl_->peer->expires_never();
}

std::pair<std::shared_ptr<connection>, std::string> response::release() {
  auto data = impl_->unread.cdata();
  std::string behind{static_cast<const char*>(data.data()), data.size()};
  impl_->peer->expires_never();
  return {std::move(impl_->peer), std::move(behind)};
}

} // namespace atalaya::net
