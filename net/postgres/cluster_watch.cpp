#include "net/postgres/cluster_watch.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/postgres/look.hpp"
#include "net/postgres/reach.hpp"

namespace asio = boost::asio;

namespace atalaya::net::pg {

namespace {

using namespace std::chrono_literals;

constexpr auto look_interval = 2s;
constexpr auto pool_size = 2;
/// Databases measured by one query, so that it stays far from its timeout.
constexpr auto batch = size_t{16};
constexpr auto inspect_timeout = 2s;
/// Never waits long behind somebody who alters a table.
constexpr auto inspect_lock_timeout = 100ms;

timestamp wall_clock() {
  return atalaya::now();
}

} // namespace

cluster_watch::cluster_watch(asio::any_io_executor executor,
                             postgres_target target, publisher publish)
  : strand_(asio::make_strand(executor)),
    target_(std::move(target)),
    publish_(std::move(publish)),
    pool_(make_pool()),
    timer_(strand_) {
  // nop
}

void cluster_watch::start() {
  asio::dispatch(strand_, [self = shared_from_this()] {
    self->run(&cluster_watch::follow, self->following_);
  });
}

void cluster_watch::stop() {
  asio::dispatch(strand_, [self = shared_from_this()] {
    self->stopped_ = true;
    for (auto x : {&self->following_, &self->measuring_, &self->inspecting_})
      x->cancel.emit(asio::cancellation_type::terminal);
  });
}

void cluster_watch::retarget(postgres_target target) {
  asio::dispatch(
    strand_, [self = shared_from_this(), target = std::move(target)]() mutable {
      if (target == self->target_)
        return;
      self->target_ = std::move(target);
      self->pool_ = self->make_pool();
      self->roster_.suspect_all();
      self->to_inspect_.clear();
      self->wake();
    });
}

void cluster_watch::look_now() {
  asio::dispatch(strand_, [self = shared_from_this()] {
    self->pool_->retry_now();
    self->wake();
  });
}

void cluster_watch::run(job what, lane& on) {
  if (stopped_ || std::exchange(on.busy, true))
    return;
  // The lane is a part of what `self` keeps alive.
  auto done = [self = shared_from_this(), &on](const std::exception_ptr&) {
    on.busy = false;
  };
  asio::co_spawn(strand_, (this->*what)(),
                 asio::bind_cancellation_slot(on.cancel.slot(), done));
}

void cluster_watch::wake() {
  woken_ = true;
  timer_.cancel();
}

std::shared_ptr<pool> cluster_watch::make_pool() {
  auto open = [target = target_] {
    return reach_maintenance(target, connect_options{});
  };
  return std::make_shared<pool>(strand_, open, pool_size);
}

asio::awaitable<void> cluster_watch::follow() {
  while (!stopped_) {
    auto at = pool_;
    woken_ = false;
    try {
      co_await look_once(at);
    } catch (const std::exception& e) {
      unreachable(e.what());
    }
    if (at != pool_ || stopped_)
      continue;
    publish();
    if (now_.reachable) {
      run(&cluster_watch::measure_due, measuring_);
      run(&cluster_watch::inspect_due, inspecting_);
    }
    auto retry = at->retry_in();
    co_await pause(retry.count() > 0 ? retry : look_interval);
  }
}

asio::awaitable<void> cluster_watch::look_once(std::shared_ptr<pool> at) {
  auto all = co_await ask(at);
  if (at != pool_)
    co_return;
  now_.reachable = true;
  now_.detail.clear();
  roster_.sighted(std::move(all), std::chrono::steady_clock::now());
}

asio::awaitable<std::vector<sighting>>
cluster_watch::ask(std::shared_ptr<pool> at) {
  for (;;) {
    auto on = co_await at->acquire();
    try {
      auto all = co_await look(*on, target_.odoo_role);
      now_.server_version = on->server_version();
      conninfo_ = on->conninfo();
      if (!may_stay(*on))
        on.discard();
      co_return all;
    } catch (const error& e) {
      // A connection that died in the pool says nothing of the server now.
      if (on.fresh() || e.connected())
        throw;
    }
  }
}

void cluster_watch::unreachable(std::string why) {
  now_.reachable = false;
  now_.detail = std::move(why);
}

asio::awaitable<void> cluster_watch::pause(std::chrono::milliseconds length) {
  if (woken_)
    co_return;
  timer_.expires_after(length);
  co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<void> cluster_watch::measure_due() {
  auto at = pool_;
  auto due = roster_.to_measure(std::chrono::steady_clock::now());
  for (size_t i = 0; i < due.size() && at == pool_; i += batch) {
    auto end = due.begin() + std::min(i + batch, due.size());
    std::vector<uint32_t> some(due.begin() + i, end);
    co_await measure_some(at, std::move(some));
  }
  if (at == pool_)
    publish();
}

asio::awaitable<void> cluster_watch::measure_some(std::shared_ptr<pool> at,
                                                  std::vector<uint32_t> oids) {
  try {
    auto on = co_await at->acquire();
    auto sizes = co_await measure(*on, oids);
    if (!may_stay(*on))
      on.discard();
    if (at != pool_)
      co_return;
    for (const auto& [oid, bytes] : sizes)
      roster_.measured(oid, bytes, wall_clock());
  } catch (const std::exception&) {
    if (at == pool_)
      roster_.not_measured(oids);
  }
}

asio::awaitable<void> cluster_watch::inspect_due() {
  using namespace asio::experimental::awaitable_operators;
  auto at = pool_;
  to_inspect_ = roster_.to_inspect(std::chrono::steady_clock::now());
  if (to_inspect_.empty())
    co_return;
  co_await (inspect_some() && inspect_some());
  if (at == pool_)
    publish();
}

asio::awaitable<void> cluster_watch::inspect_some() {
  auto at = pool_;
  while (!to_inspect_.empty()) {
    auto [oid, name] = *to_inspect_.begin();
    to_inspect_.erase(to_inspect_.begin());
    auto found = co_await inspect_one(oid, name);
    if (at != pool_)
      co_return;
    roster_.inspected(oid, std::move(found));
  }
}

asio::awaitable<std::optional<details>>
cluster_watch::inspect_one(uint32_t oid, std::string name) {
  connect_options options;
  options.database = std::move(name);
  options.query_timeout = inspect_timeout;
  options.lock_timeout = inspect_lock_timeout;
  try {
    auto on = co_await connection::open(conninfo_, options);
    auto found = co_await inspect(*on);
    // Another database may have taken the name meanwhile.
    if (found.oid == oid)
      co_return found;
  } catch (const error&) {
    // nop: somebody is at work in it, or it is gone
  }
  co_return std::nullopt;
}

void cluster_watch::publish() {
  now_.databases = roster_.rows();
  if (stopped_ || published_ == now_)
    return;
  published_ = now_;
  publish_(now_);
}

} // namespace atalaya::net::pg
