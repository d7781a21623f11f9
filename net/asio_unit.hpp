#pragma once

// Actors that live on an Asio executor.
//
// An ordinary CAF actor runs on the worker threads of CAF's scheduler. A
// WebSocket session wants to run where its socket lives, so that its message
// handlers and its I/O completions never race. CAF's own brokers solve this
// with an execution_unit that is the I/O loop; asio_unit does it for Asio.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>

#include <caf/all.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

namespace atalaya::net {

/// Runs one actor, its owner, on an Asio executor and hands every other actor
/// to CAF's scheduler.
class asio_unit : public caf::execution_unit {
public:
  asio_unit(caf::resumable* owner, caf::actor_system& sys,
            boost::asio::any_io_executor ex)
    : caf::execution_unit(&sys), owner_(owner), executor_(std::move(ex)) {
    // nop
  }

  /// Takes over one reference count of `job`. Thread safe.
  void exec_later(caf::resumable* job) override {
    if (job != owner_) {
      // A sender passes its own unit along, so that the receiver may run next
      // to it. Receivers of a session's messages belong to the scheduler.
      system().scheduler().enqueue(job);
      return;
    }
    // The pointer adopts the reference: a handler that Asio destroys without
    // running it releases the actor.
    job_ptr ptr{job, false};
    boost::asio::post(executor_, [this, ptr = std::move(ptr)]() mutable {
      if (ptr->resume(this, max_throughput) == caf::resumable::resume_later)
        exec_later(ptr.release());
    });
  }

  const boost::asio::any_io_executor& executor() const {
    return executor_;
  }

private:
  using job_ptr = caf::intrusive_ptr<caf::resumable>;

  /// Messages handled before the executor's other handlers get their turn.
  static constexpr size_t max_throughput = 64;

  caf::resumable* owner_;
  boost::asio::any_io_executor executor_;
};

/// An event-based actor whose every message is handled on one Asio executor.
class asio_actor : public caf::event_based_actor {
public:
  asio_actor(caf::actor_config& cfg, boost::asio::any_io_executor ex)
    : caf::event_based_actor(cfg), unit_(this, home_system(), std::move(ex)) {
    context(&unit_);
  }

  using caf::event_based_actor::enqueue;

  void enqueue(caf::mailbox_element_ptr ptr, caf::execution_unit*) override {
    caf::event_based_actor::enqueue(std::move(ptr), &unit_);
  }

  void launch(caf::execution_unit*, bool lazy, bool hide) override {
    caf::event_based_actor::launch(&unit_, lazy, hide);
  }

  const boost::asio::any_io_executor& executor() const {
    return unit_.executor();
  }

private:
  asio_unit unit_;
};

} // namespace atalaya::net
