#include "store/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <thread>

namespace atalaya::store {

using namespace std::chrono_literals;

std::optional<file_lock>
file_lock::acquire(const std::filesystem::path& file,
                   std::chrono::milliseconds patience) {
  descriptor fd{file, O_RDWR | O_CREAT};
  give_to_owner_of_directory(fd.get(), file);
  auto end = std::chrono::steady_clock::now() + patience;
  while (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      throw_errno(file, "can't be locked");
    if (std::chrono::steady_clock::now() >= end)
      return std::nullopt;
    std::this_thread::sleep_for(10ms);
  }
  return file_lock{std::move(fd)};
}

void file_lock::sign() const {
  auto text = std::to_string(getpid()) + '\n';
  if (ftruncate(fd_.get(), 0) == 0) [[maybe_unused]]
    auto written = pwrite(fd_.get(), text.data(), text.size(), 0);
}

} // namespace atalaya::store
