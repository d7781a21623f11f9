#include "net/engine/run_exec.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/engine/error.hpp"

namespace atalaya::net {

namespace asio = boost::asio;

namespace {

asio::awaitable<void>
collect(exec_stream& from, exec_result& to, size_t limit) {
  for (auto x = co_await from.next(); x; x = co_await from.next()) {
    (x->source == output_source::out ? to.out : to.err) += x->bytes;
    if (to.out.size() + to.err.size() > limit)
      throw engine_error{engine_fault::protocol,
                         "engine: the program printed more than "
                           + std::to_string(limit) + " bytes"};
  }
}

} // namespace

asio::awaitable<exec_result>
run_exec(engine_client& from, std::string container, exec_request what,
         std::string input, size_t limit, std::chrono::milliseconds timeout) {
  what.input = !input.empty();
  auto id = co_await create_exec(from, container, what);
  auto stream = co_await start_exec(from, id, what.terminal);
  stream.expires_after(timeout);
  if (what.input)
    stream.provide(co_await asio::this_coro::executor, std::move(input));
  exec_result result;
  co_await collect(stream, result, limit);
  result.exit_code = co_await await_exit(from, id);
  co_return result;
}

asio::awaitable<int32_t> await_exit(engine_client& from, std::string id) {
  constexpr int most = 100;
  for (int i = 0; i < most; ++i) {
    auto state = co_await inspect_exec(from, id);
    if (state.exit_code)
      co_return *state.exit_code;
    asio::steady_timer moment{co_await asio::this_coro::executor,
                              std::chrono::milliseconds{20}};
    co_await moment.async_wait(asio::use_awaitable);
  }
  throw engine_error{engine_fault::timeout,
                     "engine: the program has closed its output, but doesn't "
                     "end"};
}

} // namespace atalaya::net
