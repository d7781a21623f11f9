#include "watching.hpp"

namespace atalaya::net {

watching::config::config() {
  set("scheduler.policy", caf::atom("sharing"));
  set("scheduler.max-threads", 2u);
}

watching::watching() {
  // nop
}

watching::~watching() {
  end();
}

void watching::begin(const engine_address& where, watch_pace pace) {
  aut_ = spawn_engine(sys_, io_.get_executor(), where, pace);
  caf::anon_send(aut_, atom::watch_v, caf::actor{self_});
}

void watching::end() {
  if (!thread_.joinable())
    return;
  self_->send_exit(aut_, caf::exit_reason::user_shutdown);
  aut_ = nullptr;
  self_->await_all_other_actors_done();
  work_.reset();
  thread_.join();
}

std::string
watching::told(std::chrono::milliseconds quiet, const std::string& until) {
  std::string result;
  for (bool more = true; more && !result.ends_with(until);)
    self_->receive(
      [&](const engine_status& x) {
        // The reason why it is down may become another one.
        if (x.reachable || reachable_)
          result += x.reachable ? "up " : "down ";
        reachable_ = x.reachable;
      },
      [&](const container_list& x) {
        result += "[";
        for (auto& facts : x.containers)
          result += facts.id + "=" + facts.state + " ";
        result += "] ";
      },
      [&](const container_facts& x) { result += x.id + "=" + x.state + " "; },
      [&](atom::gone, const std::string& id) { result += "-" + id + " "; },
      caf::after(quiet) >> [&] { more = false; });
  return result;
}

} // namespace atalaya::net
