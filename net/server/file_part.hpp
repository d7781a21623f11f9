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

  uint64_t offset = 0;
  uint64_t length = 0; ///< Bytes that are left to be sent.

private:
  int fd_;
};

} // namespace atalaya::net::web
