#include "net/postgres/pool.hpp"

#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

namespace atalaya::net::pg {

namespace {

constexpr std::chrono::milliseconds first_backoff{100};
constexpr std::chrono::milliseconds last_backoff{2'000};

/// Stands in a queue for as long as it lives.
struct waiter {
  waiter(std::deque<asio::steady_timer*>& in, asio::steady_timer& who)
    : queue(in), timer(who) {
    queue.push_back(&timer);
  }

  ~waiter() {
    std::erase(queue, &timer);
  }

  waiter(const waiter&) = delete;
  waiter& operator=(const waiter&) = delete;

  std::deque<asio::steady_timer*>& queue;
  asio::steady_timer& timer;
};

} // namespace

pool::pool(asio::any_io_executor executor, opener open, size_t limit)
  : executor_(std::move(executor)), open_(std::move(open)), limit_(limit) {
  // nop
}

asio::awaitable<lease> pool::acquire(std::chrono::milliseconds patience) {
  auto self = shared_from_this();
  co_await wait_for_place(clock::now() + patience);
  ++in_use_;
  lease result{self, take_idle()};
  if (!result.connection_) {
    result.fresh_ = true;
    result.connection_ = co_await connect();
  }
  co_return std::move(result);
}

asio::awaitable<void> pool::wait_for_place(clock::time_point deadline) {
  while (in_use_ >= limit_) {
    asio::steady_timer timer{executor_, deadline};
    waiter place{waiting_, timer};
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (in_use_ >= limit_ && clock::now() >= deadline)
      throw error{"all connections to PostgreSQL are busy"};
  }
}

asio::awaitable<std::unique_ptr<connection>> pool::connect() {
  if (failure_ && retry_in().count() > 0)
    throw error{*failure_};
  try {
    auto x = co_await open_();
    retry_now();
    co_return x;
  } catch (const error& e) {
    failure_ = e;
    backoff_ = std::clamp(backoff_ * 2, first_backoff, last_backoff);
    retry_at_ = clock::now() + backoff_;
    throw;
  }
}

std::chrono::milliseconds pool::retry_in() const {
  auto left
    = std::chrono::ceil<std::chrono::milliseconds>(retry_at_ - clock::now());
  return std::max(left, std::chrono::milliseconds{0});
}

void pool::retry_now() {
  failure_.reset();
  backoff_ = {};
  retry_at_ = {};
}

std::unique_ptr<connection> pool::take_idle() {
  if (idle_.empty())
    return nullptr;
  auto x = std::move(idle_.back());
  idle_.pop_back();
  return x;
}

void pool::give_back(std::unique_ptr<connection> x) {
  --in_use_;
  if (x && x->idle())
    idle_.push_back(std::move(x));
  if (!waiting_.empty()) {
    waiting_.front()->cancel();
    waiting_.pop_front();
  }
}

lease::lease(std::shared_ptr<pool> owner, std::unique_ptr<connection> x)
  : owner_(std::move(owner)), connection_(std::move(x)) {
  // nop
}

lease::~lease() {
  if (owner_)
    owner_->give_back(keep_ ? std::move(connection_) : nullptr);
}

void lease::discard() {
  keep_ = false;
}

} // namespace atalaya::net::pg
