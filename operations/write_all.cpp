#include "operations/write_all.hpp"

#include <cerrno>
#include <system_error>

#include <unistd.h>

namespace atalaya {

void write_all(int fd, std::string_view bytes,
               const std::filesystem::path& path) {
  while (!bytes.empty()) {
    auto n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno != EINTR)
      throw std::system_error{errno, std::generic_category(), path.string()};
    bytes.remove_prefix(n < 0 ? 0 : static_cast<size_t>(n));
  }
}

} // namespace atalaya
