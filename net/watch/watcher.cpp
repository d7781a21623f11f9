#include "net/watch/watcher.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/inotify.h>
#include <unistd.h>

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace atalaya::net {

namespace {

using namespace std::chrono_literals;

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);
constexpr auto gathering_time = 50ms;
/// Where not everything can be watched, it is looked at this often.
constexpr auto polling_interval = 2s;
constexpr auto max_folders = 4096;

/// Not IN_MODIFY: a backup being written would wake us with every block.
constexpr uint32_t events = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO
                            | IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF
                            | IN_ONLYDIR;

int make_inotify() {
  auto fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd < 0)
    throw std::system_error{errno, std::generic_category(),
                            "no inotify: raise fs.inotify.max_user_instances"};
  return fd;
}

} // namespace

watcher::watcher(asio::any_io_executor executor, std::vector<watched> what,
                 std::function<void()> changed)
  : strand_(asio::make_strand(executor)),
    inotify_(strand_, make_inotify()),
    what_(std::move(what)),
    changed_(std::move(changed)) {
  // nop
}

void watcher::start() {
  auto self = shared_from_this();
  auto done = [self](const std::exception_ptr&) {
    // nop: cancelled
  };
  asio::co_spawn(strand_, follow(),
                 asio::bind_cancellation_slot(cancel_.slot(), done));
}

void watcher::stop() {
  asio::dispatch(strand_, [self = shared_from_this()] {
    self->stopped_ = true;
    self->cancel_.emit(asio::cancellation_type::terminal);
  });
}

asio::awaitable<void> watcher::follow() {
  asio::steady_timer timer{strand_};
  while (!stopped_) {
    // Watched first: what changes while the listener looks is told again.
    arm();
    changed_();
    for (auto waiting = true; waiting;) {
      auto readable = co_await event();
      waiting = readable && !drain();
    }
    timer.expires_after(gathering_time);
    co_await timer.async_wait(quietly);
    drain();
  }
}

asio::awaitable<bool> watcher::event() {
  using namespace asio::experimental::awaitable_operators;
  auto never = std::chrono::steady_clock::time_point::max();
  auto now = std::chrono::steady_clock::now();
  asio::steady_timer timer{strand_, complete_ ? never : now + polling_interval};
  auto done = co_await (
    inotify_.async_wait(asio::posix::descriptor_base::wait_read, quietly)
    || timer.async_wait(quietly));
  co_return done.index() == 0;
}

bool watcher::drain() {
  alignas(inotify_event) char buffer[16'384];
  auto result = false;
  for (;;) {
    auto n = read(inotify_.native_handle(), buffer, sizeof(buffer));
    if (n <= 0)
      return result;
    for (auto at = buffer; at < buffer + n;) {
      auto x = reinterpret_cast<const inotify_event*>(at);
      result |= matters(*x);
      at += sizeof(inotify_event) + x->len;
    }
  }
}

bool watcher::matters(const inotify_event& x) {
  if ((x.mask & IN_Q_OVERFLOW) != 0)
    return true;
  auto i = heeds_.find(x.wd);
  if (i == heeds_.end())
    return false;
  if ((x.mask & IN_MOVE_SELF) != 0) // it would be followed to its new place
    inotify_rm_watch(inotify_.native_handle(), x.wd);
  if ((x.mask & (IN_MOVE_SELF | IN_DELETE_SELF | IN_IGNORED)) != 0)
    return true;
  return i->second.all || (x.len > 0 && i->second.names.contains(x.name));
}

void watcher::arm() {
  auto old = std::exchange(heeds_, {});
  complete_ = true;
  for (const auto& x : what_)
    arm(x);
  for (const auto& [wd, unused] : old)
    if (!heeds_.contains(wd))
      inotify_rm_watch(inotify_.native_handle(), wd);
}

void watcher::arm(const watched& x) {
  arm_above(x.path);
  auto top = add(x.path, 0);
  if (!top)
    return;
  top->all = true;
  auto ec = std::error_code{};
  auto left = max_folders;
  for (auto i = fs::directory_iterator{x.path, ec};
       x.folders && !ec && i != fs::directory_iterator{}; i.increment(ec)) {
    auto folder = i->is_directory(ec) && !i->is_symlink(ec);
    if (!folder || i->path().filename().native().starts_with('.'))
      continue;
    if (--left < 0)
      complete_ = false;
    else if (auto found = add(i->path(), IN_DONT_FOLLOW))
      found->all = true;
  }
}

void watcher::arm_above(fs::path path) {
  while (path.has_relative_path()) {
    auto name = path.filename();
    path = path.parent_path();
    if (auto found = add(path, 0)) {
      found->names.insert(name);
      return;
    }
  }
}

watcher::heed* watcher::add(const fs::path& folder, uint32_t more) {
  auto wd = inotify_add_watch(inotify_.native_handle(), folder.c_str(),
                              events | more);
  if (wd >= 0)
    return &heeds_[wd];
  if (errno == ENOSPC || errno == EACCES)
    complete_ = false;
  return nullptr;
}

} // namespace atalaya::net
