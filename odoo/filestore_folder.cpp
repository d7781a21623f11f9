#include "odoo/filestore_folder.hpp"

#include <cerrno>
#include <memory>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
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

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error{last_error(), what};
}

void remove(int base, const std::string& name, int depth) {
  if (unlinkat(base, name.c_str(), 0) == 0 || errno == ENOENT)
    return;
  if (errno != EISDIR && errno != EPERM)
    fail(name);
  descriptor folder{openat(base, name.c_str(), flags)};
  if (!folder || depth == 0)
    fail(name);
  for (const auto& x : names_in(folder))
    remove(folder.get(), x, depth - 1);
  if (unlinkat(base, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT)
    fail(name);
}

} // namespace

descriptor::~descriptor() {
  if (fd_ >= 0)
    close(fd_);
}

bool is_folder_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".."
         && name.find('/') == name.npos && name.find('\0') == name.npos;
}

descriptor open_folder(const std::filesystem::path& path, std::error_code& ec) {
  descriptor result{open(path.c_str(), flags)};
  ec = result ? std::error_code{} : last_error();
  return result;
}

descriptor
open_filestores(const std::filesystem::path& path, std::error_code& ec) {
  auto result = open_folder(path, ec);
  auto unseen = std::error_code{};
  if (ec == std::errc::no_such_file_or_directory
      && open_folder(path.parent_path(), unseen))
    ec.clear();
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

descriptor make_folder(const descriptor& base, const std::string& name,
                       std::error_code& ec) {
  ec.clear();
  if (mkdirat(base.get(), name.c_str(), 0700) != 0 && errno != EEXIST) {
    ec = last_error();
    return descriptor{};
  }
  return open_folder_beneath(base, name, ec);
}

std::vector<std::string> names_in(const descriptor& folder) {
  descriptor again{openat(folder.get(), ".", flags)};
  std::unique_ptr<DIR, int (*)(DIR*)> dir{
    again ? fdopendir(again.get()) : nullptr, closedir};
  if (!dir)
    fail("a folder can't be read");
  again.release();
  std::vector<std::string> result;
  errno = 0;
  while (auto x = readdir(dir.get())) {
    std::string_view name = x->d_name;
    if (name != "." && name != "..")
      result.emplace_back(name);
    errno = 0;
  }
  if (errno != 0)
    fail("a folder can't be read");
  return result;
}

void remove_beneath(const descriptor& base, const std::string& name) {
  remove(base.get(), name, 32);
}

} // namespace atalaya::odoo
