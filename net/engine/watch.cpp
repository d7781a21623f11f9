#include "net/engine/watch.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/engine/error.hpp"
#include "net/engine/events.hpp"

namespace atalaya::net {

namespace asio = boost::asio;

namespace {

constexpr auto never = std::chrono::steady_clock::time_point::max();
constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

/// The sentence of the exception that is being handled.
std::string why(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) {
    return e.what();
  }
}

} // namespace

watch::watch(asio::any_io_executor ex, engine_address where,
             watch_reports reports, watch_pace pace)
  : strand_(asio::make_strand(ex)),
    reports_(std::move(reports)),
    pace_(pace),
    client_(std::move(where), pace.limits),
    retry_(pace.first_retry),
    next_list_(strand_),
    work_(strand_, never) {
  // nop
}

void watch::start() {
  auto self = shared_from_this();
  // The handler holds the watch until its coroutine has ended.
  asio::co_spawn(strand_, run(),
                 asio::bind_cancellation_slot(stopped_.slot(),
                                              [self](std::exception_ptr) {}));
}

void watch::stop() {
  asio::post(strand_, [self = shared_from_this()] {
    self->stopped_.emit(asio::cancellation_type::terminal);
  });
}

asio::awaitable<void> watch::run() {
  for (;;) {
    failure_ = nullptr;
    try {
      co_await follow();
    } catch (...) {
      // Usually that of the part which failed first is there already.
      if (!failure_)
        failure_ = std::current_exception();
    }
    auto stopped = co_await asio::this_coro::cancellation_state;
    if (stopped.cancelled() != asio::cancellation_type::none)
      co_return;
    tell({.reachable = false, .detail = why(failure_)});
    co_await pause(retry_);
    retry_ = std::min(2 * retry_, pace_.last_retry);
  }
}

asio::awaitable<void> watch::follow() {
  using namespace asio::experimental::awaitable_operators;
  looks_.clear();
  known_.clear();
  unseen_.reset();
  subscribed_ = told_list_ = false;
  co_await guarded(greet());
  co_await (guarded(read_events()) && guarded(keep_alive()) && guarded(relist())
            && guarded(work()) && guarded(work()) && guarded(work()));
}

/// Keeps the exception that ended the first of several parts: the others end
/// because of it.
asio::awaitable<void> watch::guarded(awaitable what) {
  try {
    co_await std::move(what);
  } catch (...) {
    if (!failure_)
      failure_ = std::current_exception();
    throw;
  }
}

asio::awaitable<void> watch::greet() {
  auto who = co_await client_.ping();
  tell(
    {.reachable = true, .detail = who.product + ", API " + to_string(who.api)});
}

asio::awaitable<void> watch::read_events() {
  auto stream = co_await events(client_);
  subscribed_ = true;
  next_list_.cancel();
  for (auto x = co_await stream.next(); x; x = co_await stream.next())
    if (changes_container(*x))
      look_later(x->container);
  throw engine_error{engine_fault::unreachable,
                     "engine " + to_string(client_.where())
                       + ": it ended its events; see whether it runs"};
}

asio::awaitable<void> watch::keep_alive() {
  for (;;) {
    co_await pause(pace_.ping);
    co_await client_.ping();
  }
}

asio::awaitable<void> watch::relist() {
  next_list_.expires_after(pace_.subscribe);
  if (!subscribed_)
    co_await next_list_.async_wait(quietly);
  for (;;) {
    auto gapless = subscribed_;
    co_await look_at_all();
    next_list_.expires_after(pace_.relist);
    // What happened before a late subscription is only in a later list.
    if (gapless == subscribed_)
      co_await next_list_.async_wait(quietly);
  }
}

asio::awaitable<void> watch::look_at_all() {
  auto ids = co_await client_.list();
  for (auto& id : ids)
    looks_.add(id);
  for (auto& [id, facts] : known_)
    looks_.add(id);
  work_.cancel();
  if (told_list_)
    co_return;
  unseen_.emplace(ids.begin(), ids.end());
  tell_list();
}

asio::awaitable<void> watch::work() {
  for (;;) {
    auto id = looks_.take();
    if (!id) {
      co_await work_.async_wait(quietly);
      continue;
    }
    co_await look_at(*id);
    looks_.done(*id);
    if (unseen_)
      unseen_->erase(*id);
    tell_list();
  }
}

asio::awaitable<void> watch::look_at(std::string id) {
  try {
    auto facts = co_await client_.inspect(id);
    facts.odoo_conf = co_await confs_.read(client_, facts);
    found(std::move(facts));
  } catch (const engine_error& e) {
    if (e.status() == 404)
      lost(id);
    else if (e.kind() == engine_fault::unreachable)
      throw;
    // One container that the engine can't describe now must not hide the
    // others; the next list looks at it again.
  }
}

asio::awaitable<void> watch::pause(std::chrono::milliseconds time) {
  asio::steady_timer timer{strand_, time};
  co_await timer.async_wait(asio::use_awaitable);
}

void watch::look_later(const std::string& id) {
  looks_.add(id);
  work_.cancel();
}

void watch::tell(engine_status status) {
  if (status == status_)
    return;
  status_ = status;
  reports_.status(std::move(status));
}

/// Once per connection, when everything of the first list was looked at.
void watch::tell_list() {
  if (told_list_ || !unseen_ || !unseen_->empty())
    return;
  told_list_ = true;
  // Only now it serves: one that answers a ping may still refuse the rest.
  retry_ = pace_.first_retry;
  container_list result;
  for (auto& [id, facts] : known_)
    result.containers.push_back(facts);
  reports_.list(std::move(result));
}

void watch::found(container_facts x) {
  auto& known = known_[x.id];
  if (known == x)
    return;
  known = x;
  if (told_list_)
    reports_.changed(std::move(x));
}

void watch::lost(const std::string& id) {
  confs_.forget(id);
  if (known_.erase(id) > 0 && told_list_)
    reports_.gone(id);
}

} // namespace atalaya::net
