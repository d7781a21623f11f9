#pragma once

// An engine actor, the thread it lives on, and somebody who listens to it.

#include <string>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "net/engine/actor.hpp"

namespace atalaya::net {

class watching {
public:
  watching();

  /// Ends the actor, and waits until nothing of it is left.
  ~watching();

  void begin(const engine_address& where, watch_pace pace = {});

  void end();

  /// What is told, in words, until nothing was told for `quiet`, or what was
  /// told ends with `until`: "up", "down", "[ID=STATE ]" for a list,
  /// "ID=STATE", "-ID" for one that is gone.
  std::string told(std::chrono::milliseconds quiet, const std::string& until);

  caf::actor_system& system() {
    return sys_;
  }

  const engine_actor& actor() const {
    return aut_;
  }

private:
  struct config : caf::actor_system_config {
    config();
  };

  using guard
    = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

  boost::asio::io_context io_{1};
  guard work_{io_.get_executor()};
  std::thread thread_{[this] { io_.run(); }};
  config cfg_;
  caf::actor_system sys_{cfg_};
  caf::scoped_actor self_{sys_};
  engine_actor aut_;
  bool reachable_ = true; ///< As told last.
};

} // namespace atalaya::net
