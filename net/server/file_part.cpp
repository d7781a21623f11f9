#include "net/server/file_part.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <unistd.h>

namespace asio = boost::asio;

namespace atalaya::net::web {

file_part::~file_part() {
  close(fd_);
}

asio::awaitable<size_t>
file_part::read(asio::any_io_executor readers, std::string& buffer) {
  auto most = std::min<uint64_t>(buffer.size(), length);
  auto start = [&](auto handler) {
    auto work = [this, most, &buffer, h = std::move(handler)]() mutable {
      auto n = pread(fd_, buffer.data(), most, static_cast<off_t>(offset));
      auto error = n < 0 ? errno : 0;
      auto back = asio::get_associated_executor(h);
      asio::post(back, [n, error, h = std::move(h)]() mutable {
        std::move(h)(n, error);
      });
    };
    asio::post(readers, std::move(work));
  };
  auto [n, error]
    = co_await asio::async_initiate<const asio::use_awaitable_t<>&,
                                    void(ssize_t, int)>(start,
                                                        asio::use_awaitable);
  if (n <= 0)
    throw std::system_error{error != 0 ? error : EIO, std::generic_category(),
                            "a file could not be read to its end"};
  offset += static_cast<uint64_t>(n);
  length -= static_cast<uint64_t>(n);
  co_return static_cast<size_t>(n);
}

} // namespace atalaya::net::web
