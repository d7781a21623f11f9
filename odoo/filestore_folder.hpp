#pragma once

// Opening folders of a volume that a container can write. Whoever is root in
// the container may plant a symbolic link at any moment, and it must not lead
// us out: nothing here follows one, and all else is done relative to a
// descriptor.

#include <filesystem>
#include <system_error>
#include <utility>

namespace atalaya::odoo {

/// Owns a file descriptor.
class descriptor {
public:
  explicit descriptor(int fd = -1) : fd_(fd) {
    // nop
  }

  descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {
    // nop
  }

  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  ~descriptor();

  int get() const {
    return fd_;
  }

  /// Gives it away.
  int release() {
    return std::exchange(fd_, -1);
  }

  explicit operator bool() const {
    return fd_ >= 0;
  }

private:
  int fd_;
};

/// Opens the folder `path`. Its last name may not be a symbolic link; those
/// before it belong to the host and may.
descriptor open_folder(const std::filesystem::path& path, std::error_code& ec);

/// Opens the folder `path` below `base`; no name of it may be a symbolic link
/// or lead out.
descriptor open_folder_beneath(const descriptor& base,
                               const std::filesystem::path& path,
                               std::error_code& ec);

} // namespace atalaya::odoo
