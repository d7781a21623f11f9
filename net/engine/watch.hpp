#pragma once

// Follows an engine for as long as it runs: says whether it answers, and what
// each container is now. Nothing is polled that can be followed:
//
//   ping → subscribe to events → list, look at each → follow the events
//
// Events only say which container to look at: their names differ between the
// engines, the looks don't. When the connection ends, all begins anew.

#include <functional>
#include <memory>
#include <optional>
#include <set>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include "actors/messages.hpp"
#include "net/engine/client.hpp"
#include "net/engine/conf_reader.hpp"
#include "net/engine/look_queue.hpp"

namespace atalaya::net {

/// What a watch tells; called on its strand.
struct watch_reports {
  std::function<void(engine_status)> status;
  std::function<void(container_list)> list;
  std::function<void(container_facts)> changed;
  std::function<void(std::string)> gone;
};

class watch : public std::enable_shared_from_this<watch> {
public:
  watch(boost::asio::any_io_executor ex, engine_address where,
        watch_reports reports, watch_pace pace);

  /// Begins. Thread safe, once.
  void start();

  /// Ends whatever is under way and closes every socket; nothing is reported
  /// that was not already on its way. Thread safe.
  void stop();

private:
  using awaitable = boost::asio::awaitable<void>;

  awaitable run();
  awaitable follow();
  awaitable guarded(awaitable what);
  awaitable greet();
  awaitable read_events();
  awaitable keep_alive();
  awaitable relist();
  awaitable look_at_all();
  awaitable work();
  awaitable look_at(std::string id);
  awaitable pause(std::chrono::milliseconds time);

  void look_later(const std::string& id);
  void tell(engine_status status);
  void tell_list();
  void found(container_facts x);
  void lost(const std::string& id);

  boost::asio::strand<boost::asio::any_io_executor> strand_;
  boost::asio::cancellation_signal stopped_;
  watch_reports reports_;
  watch_pace pace_;
  engine_client client_;
  engine_status status_;
  std::chrono::milliseconds retry_;
  /// Of this connection, from here on.
  std::exception_ptr failure_;
  boost::asio::steady_timer next_list_; ///< Cancelled: at once.
  boost::asio::steady_timer work_;      ///< Cancelled when there is some.
  look_queue looks_;
  std::map<std::string, container_facts> known_;
  conf_reader confs_;
  bool subscribed_ = false; ///< Events come.
  bool told_list_ = false;
  /// Of the first list, what was not yet looked at; null before that list.
  std::optional<std::set<std::string>> unseen_;
};

} // namespace atalaya::net
