#include "operations/rename_new.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace atalaya {

namespace {

[[noreturn]] void fail(int code, const std::string& name) {
  throw std::system_error{code, std::generic_category(), name};
}

/// Whether a call failed because the file system doesn't know it.
bool unknown(int code) {
  return code == EINVAL || code == ENOSYS || code == EOPNOTSUPP || code == EPERM
         || code == EMLINK;
}

} // namespace

void rename_new(int folder, const std::string& from, const std::string& to,
                rename_support support) {
  auto a = from.c_str();
  auto b = to.c_str();
  if (support == rename_support::flags) {
    if (renameat2(folder, a, folder, b, RENAME_NOREPLACE) == 0)
      return;
    if (!unknown(errno))
      fail(errno, to);
  }
  if (support != rename_support::none) {
    if (linkat(folder, a, folder, b, 0) == 0) {
      if (unlinkat(folder, a, 0) != 0)
        fail(errno, from);
      return;
    }
    if (!unknown(errno))
      fail(errno, to);
  }
  if (faccessat(folder, b, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
    fail(EEXIST, to);
  if (renameat(folder, a, folder, b) != 0)
    fail(errno, to);
}

} // namespace atalaya
