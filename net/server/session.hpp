#pragma once

// Brings in Beast: for .cpp files only.

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "actors/events.hpp"
#include "net/asio_unit.hpp"
#include "net/server/core.hpp"
#include "net/server/outbox.hpp"
#include "net/server/stream.hpp"

namespace atalaya::net::web {

using websocket = boost::beast::websocket::stream<stream>;
using close_code = boost::beast::websocket::close_code;

/// One WebSocket of /api/events, as an actor on its socket's executor: message
/// handlers, reads and writes never overlap.
///
///   (frame_ptr)        from topics: queued, sent with all else that waits
///   (tick, frame_ptr)  every 20 s: sent on, and ends a client that has not
///                      taken a write for session_write_timeout
///   exit               errc::unauthenticated closes with 1008, every other
///                      reason with 1001; a closed socket ends the actor
class session : public asio_actor {
public:
  /// Subscriptions a client may have.
  static constexpr size_t max_topics = 256;

  /// Bytes of one frame of the client's.
  static constexpr size_t max_message = 64 * 1024;

  /// What waits leaves in writes of about this size: enough that the price of
  /// a write no longer counts (facts/performance.md 1).
  static constexpr size_t write_size = 64 * 1024;

  /// With this much waiting, no more commands are read; with `max_waiting`
  /// the client is ended.
  static constexpr size_t busy_waiting = 4 * 1024 * 1024;
  static constexpr size_t max_waiting = 64 * 1024 * 1024;

  /// @param ws a stream whose handshake has completed
  session(caf::actor_config& cfg, websocket ws,
          std::shared_ptr<server_core> core, principal who);

  caf::behavior make_behavior() override;

  void on_exit() override;

  const char* name() const override {
    return "session";
  }

private:
  struct watched {
    topic_actor topic; ///< Null until the root has answered.
    uint64_t turn = 0; ///< Which of the client's commands it is for.
  };

  using awaitable = boost::asio::awaitable<void>;

  awaitable read_loop();
  awaitable write_loop();
  awaitable say_goodbye(close_code code);

  /// Waits until the client has taken enough of what waits for it.
  awaitable room();

  void run(awaitable loop);
  void leave(const caf::exit_msg& msg);
  void close(close_code code);
  void push(frame_ptr x);
  void receive(const frame_ptr& x);
  void beat(const frame_ptr& x);
  void execute(std::string_view line);
  void subscribe(subscription wanted);
  void join(const subscription& wanted, const topic_actor& topic);
  void unsubscribe(const std::string& topic);
  void ended(const caf::down_msg& msg);
  void
  complain(std::optional<std::string> topic, errc code, std::string detail);

  websocket ws_;
  std::shared_ptr<server_core> core_;
  principal who_;
  outbox outbox_;
  std::map<std::string, watched> topics_;
  uint64_t turns_ = 0;
  std::optional<std::chrono::steady_clock::time_point> writing_since_;
  bool writing_ = false;
  bool closing_ = false;
};

} // namespace atalaya::net::web
