#include "net/server/file_part.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

namespace asio = boost::asio;

namespace atalaya::net::web {

namespace {

/// A client that takes all it is given keeps a thread no longer than this
/// needs.
constexpr auto most_at_once = uint64_t{8} << 20;

} // namespace

file_part::~file_part() {
  close(fd_);
  if (socket_ >= 0)
    close(socket_);
}

template <class Work>
asio::awaitable<size_t>
file_part::advance(asio::any_io_executor readers, Work work) {
  auto start = [&](auto handler) {
    auto task = [work, h = std::move(handler)]() mutable {
      auto n = work();
      auto error = n < 0 ? errno : 0;
      auto back = asio::get_associated_executor(h);
      asio::post(back, [n, error, h = std::move(h)]() mutable {
        std::move(h)(n, error);
      });
    };
    asio::post(readers, std::move(task));
  };
  auto [n, error]
    = co_await asio::async_initiate<const asio::use_awaitable_t<>&,
                                    void(ssize_t, int)>(start,
                                                        asio::use_awaitable);
  if (error == EAGAIN)
    co_return 0;
  if (n <= 0)
    throw std::system_error{error != 0 ? error : EIO, std::generic_category(),
                            "a file could not be sent to its end"};
  offset += static_cast<uint64_t>(n);
  length -= static_cast<uint64_t>(n);
  co_return static_cast<size_t>(n);
}

asio::awaitable<size_t>
file_part::read(asio::any_io_executor readers, std::string& buffer) {
  auto most = std::min<uint64_t>(buffer.size(), length);
  return advance(readers, [this, most, data = buffer.data()] {
    return pread(fd_, data, most, static_cast<off_t>(offset));
  });
}

void file_part::send_to(int socket) {
  socket_ = fcntl(socket, F_DUPFD_CLOEXEC, 0);
  if (socket_ < 0)
    throw std::system_error{errno, std::generic_category(), "a connection"};
}

asio::awaitable<size_t> file_part::send(asio::any_io_executor readers) {
  auto most = std::min<uint64_t>(most_at_once, length);
  return advance(readers, [this, most] {
    auto from = static_cast<off_t>(offset);
    return sendfile(socket_, fd_, &from, most);
  });
}

} // namespace atalaya::net::web
