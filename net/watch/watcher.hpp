#pragma once

// Tells when something changed in folders or files, by inotify on Asio.
//
// What is watched may not be there yet, may go, and may come back: the nearest
// folder above it is watched as well. Many changes at once are told once. All
// public functions may be called from any thread; all work is done on one
// strand of the executor.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/strand.hpp>

struct inotify_event;

namespace atalaya::net {

/// A file, or a folder with what lies directly in it.
struct watched {
  std::filesystem::path path;
  bool folders = false; ///< With what lies in its folders, one level down.
};

class watcher : public std::enable_shared_from_this<watcher> {
public:
  /// `changed` is called on the strand: once when the watch stands, and within
  /// 50 ms of each change after that. A file counts as changed when whoever
  /// wrote it closes it. Throws std::system_error when the system has no
  /// inotify left.
  watcher(boost::asio::any_io_executor executor, std::vector<watched> what,
          std::function<void()> changed);

  void start();

  /// Once this has taken its turn, `changed` is called no more.
  void stop();

private:
  using strand = boost::asio::strand<boost::asio::any_io_executor>;

  /// What to heed of a folder's events.
  struct heed {
    bool all = false;
    std::set<std::string> names;
  };

  boost::asio::awaitable<void> follow();

  /// Returns whether there is anything to read before the time to look anyway.
  boost::asio::awaitable<bool> event();

  /// Reads all events there are; returns whether one matters.
  bool drain();

  bool matters(const inotify_event& x);

  /// Watches what there is to watch now, and nothing else.
  void arm();

  void arm(const watched& x);

  /// Watches the nearest folder above `path`, for the name on the way to it.
  void arm_above(std::filesystem::path path);

  /// Null where it can't be watched.
  heed* add(const std::filesystem::path& folder, uint32_t more);

  strand strand_;
  boost::asio::posix::stream_descriptor inotify_;
  std::vector<watched> what_;
  std::function<void()> changed_;
  std::map<int, heed> heeds_; ///< By watch descriptor.
  bool complete_ = true;      ///< The system has let us watch all of it.
  bool stopped_ = false;
  boost::asio::cancellation_signal cancel_;
};

} // namespace atalaya::net
