#pragma once

#include <sys/types.h>

#include <filesystem>

namespace atalaya::store {

/// Owns a file descriptor.
class descriptor {
public:
  /// Opens `file` as open(2) does, always O_CLOEXEC. Throws `error`.
  descriptor(const std::filesystem::path& file, int flags, mode_t mode = 0600);

  descriptor(descriptor&& other) noexcept;

  descriptor& operator=(descriptor&& other) noexcept;

  ~descriptor();

  int get() const noexcept {
    return fd_;
  }

private:
  int fd_;
};

/// "/x/users.toml: can't be written: No space left on device; …", from errno.
[[noreturn]] void
throw_errno(const std::filesystem::path& file, const char* what);

/// Where this is root, gives the open file to the owner of its directory: a
/// command that root types must not take files away from the server's user.
void give_to_owner_of_directory(int fd, const std::filesystem::path& file);

} // namespace atalaya::store
