#include "store/descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "store/error.hpp"

namespace atalaya::store {

descriptor::descriptor(const std::filesystem::path& file, int flags,
                       mode_t mode)
  : fd_(open(file.c_str(), flags | O_CLOEXEC, mode)) {
  if (fd_ < 0)
    throw_errno(file, "can't be opened");
}

descriptor::descriptor(descriptor&& other) noexcept
  : fd_(std::exchange(other.fd_, -1)) {
  // nop
}

descriptor& descriptor::operator=(descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

descriptor::~descriptor() {
  if (fd_ >= 0)
    close(fd_);
}

void throw_errno(const std::filesystem::path& file, const char* what) {
  auto code = errno;
  auto advice = code == ENOSPC || code == EDQUOT
                  ? "; make room on that disk"
                  : "; see to the rights of its directory, or choose another "
                    "with --data";
  throw error{file.string() + ": " + what + ": " + std::strerror(code)
              + advice};
}

void give_to_owner_of_directory(int fd, const std::filesystem::path& file) {
  struct stat owner{};
  if (geteuid() != 0)
    return;
  auto directory = file.has_parent_path() ? file.parent_path() : ".";
  if (stat(directory.c_str(), &owner) != 0
      || fchown(fd, owner.st_uid, owner.st_gid) != 0)
    throw_errno(file, "can't be given to the owner of its directory");
}

} // namespace atalaya::store
