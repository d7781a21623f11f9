#pragma once

// Follows the databases of one cluster: PostgreSQL has no event for a new one,
// so it is asked by one cheap query every 2 s. Sizes and each database's own
// tables are asked beside that, when roster.hpp says so.
//
// All public functions may be called from any thread; all work is done on one
// strand of the executor. Once `stop` has taken its turn there, nothing is
// published any more.

#include <functional>
#include <memory>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include "net/postgres/pool.hpp"
#include "net/postgres/roster.hpp"

namespace atalaya::net::pg {

class cluster_watch : public std::enable_shared_from_this<cluster_watch> {
public:
  using publisher = std::function<void(const catalog&)>;

  /// `publish` is called on the strand, with each catalog that differs from
  /// the one before.
  cluster_watch(boost::asio::any_io_executor executor, postgres_target target,
                publisher publish);

  void start();

  void stop();

  /// Reaches the cluster like this from now on.
  void retarget(postgres_target target);

  /// Looks now, however lately an attempt failed.
  void look_now();

private:
  using strand = boost::asio::strand<boost::asio::any_io_executor>;
  using job = boost::asio::awaitable<void> (cluster_watch::*)();

  /// A coroutine of ours that can be cancelled.
  struct lane {
    bool busy = false;
    boost::asio::cancellation_signal cancel;
  };

  void run(job what, lane& on);

  void wake();

  std::shared_ptr<pool> make_pool();

  boost::asio::awaitable<void> follow();

  boost::asio::awaitable<void> look_once(std::shared_ptr<pool> at);

  boost::asio::awaitable<std::vector<sighting>> ask(std::shared_ptr<pool> at);

  void unreachable(std::string why);

  boost::asio::awaitable<void> pause(std::chrono::milliseconds length);

  boost::asio::awaitable<void> measure_due();

  boost::asio::awaitable<void>
  measure_some(std::shared_ptr<pool> at, std::vector<uint32_t> oids);

  boost::asio::awaitable<void> inspect_due();

  /// Works on what is left to inspect, one database after the other.
  boost::asio::awaitable<void> inspect_some();

  boost::asio::awaitable<std::optional<details>>
  inspect_one(uint32_t oid, std::string name);

  void publish();

  strand strand_;
  postgres_target target_;
  publisher publish_;
  std::shared_ptr<pool> pool_; ///< Another one after each retarget.
  roster roster_;
  std::map<uint32_t, std::string> to_inspect_;
  std::string conninfo_; ///< The one that worked last.
  catalog now_;
  std::optional<catalog> published_;
  boost::asio::steady_timer timer_;
  lane following_;
  lane measuring_;
  lane inspecting_;
  bool stopped_ = false;
  bool woken_ = false;
};

} // namespace atalaya::net::pg
