#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace atalaya::net::web {

/// A part of a file that is sent piece by piece; the file stays the one that
/// was opened, whatever happens to its name.
class file_part {
public:
  /// Takes `fd` over.
  explicit file_part(int fd) : fd_(fd) {
    // nop
  }

  file_part(const file_part&) = delete;
  file_part& operator=(const file_part&) = delete;

  ~file_part();

  /// Reads up to `buffer.size()` bytes at the beginning of what is left, on a
  /// thread of `readers`: a disk may be slow, and everybody's connections live
  /// on one thread. Returns how many; throws std::system_error, also when the
  /// file has become shorter.
  boost::asio::awaitable<size_t>
  read(boost::asio::any_io_executor readers, std::string& buffer);

  /// Where `send` sends to: a socket that doesn't block. A descriptor of our
  /// own is kept, as its owner may close it while a thread sends, and the
  /// number become somebody else's. Throws std::system_error.
  void send_to(int socket);

  /// Has the kernel send from the beginning of what is left, as much as the
  /// socket takes at once, on a thread of `readers`. Returns how many bytes, 0
  /// when the socket is full; throws as `read` does.
  boost::asio::awaitable<size_t> send(boost::asio::any_io_executor readers);

  uint64_t offset = 0;
  uint64_t length = 0; ///< Bytes that are left to be sent.

private:
  /// Runs `work`, which answers as read(2) does, on a thread of `readers`, and
  /// takes what it did from what is left.
  template <class Work>
  boost::asio::awaitable<size_t>
  advance(boost::asio::any_io_executor readers, Work work);

  int fd_;
  int socket_ = -1;
};

} // namespace atalaya::net::web
