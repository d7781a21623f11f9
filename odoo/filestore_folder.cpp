#include "odoo/filestore_folder.hpp"

#include <cerrno>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace atalaya::odoo {

namespace {

constexpr auto flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;

std::error_code last_error() {
  return {errno, std::generic_category()};
}

int open_by_kernel(int base, const char* path) {
  open_how how{};
  how.flags = flags;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(syscall(SYS_openat2, base, path, &how, sizeof(how)));
}

/// For kernels, and sandboxes, without openat2: name by name.
descriptor
open_by_name(int base, const std::filesystem::path& path, std::error_code& ec) {
  descriptor at;
  for (const auto& name : path) {
    if (name == ".." || name.is_absolute()) {
      ec = std::make_error_code(std::errc::cross_device_link);
      return descriptor{};
    }
    descriptor next{openat(at ? at.get() : base, name.c_str(), flags)};
    if (!next) {
      ec = last_error();
      return descriptor{};
    }
    at = std::move(next);
  }
  return at;
}

} // namespace

descriptor::~descriptor() {
  if (fd_ >= 0)
    close(fd_);
}

descriptor open_folder(const std::filesystem::path& path, std::error_code& ec) {
  descriptor result{open(path.c_str(), flags)};
  ec = result ? std::error_code{} : last_error();
  return result;
}

descriptor open_folder_beneath(const descriptor& base,
                               const std::filesystem::path& path,
                               std::error_code& ec) {
  ec.clear();
  descriptor result{open_by_kernel(base.get(), path.c_str())};
  if (result)
    return result;
  if (errno == ENOSYS || errno == EPERM)
    return open_by_name(base.get(), path, ec);
  ec = last_error();
  return result;
}

} // namespace atalaya::odoo
