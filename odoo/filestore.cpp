#include "odoo/filestore.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

namespace atalaya::odoo {

namespace {

using namespace std::chrono_literals;

/// Odoo has two levels. More than this is a trap or no filestore.
constexpr auto max_depth = 16;
constexpr auto max_folders = size_t{100'000};

/// Longer than the steps in which any file system keeps time, and than Odoo
/// takes to fill a file that it has made.
constexpr auto settling_time = 2s;

constexpr auto open_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

std::chrono::nanoseconds nanoseconds(const timespec& x) {
  return std::chrono::seconds{x.tv_sec} + std::chrono::nanoseconds{x.tv_nsec};
}

std::chrono::nanoseconds now() {
  return std::chrono::system_clock::now().time_since_epoch();
}

/// Throws unless it is only gone, which happens while we read.
void check(const std::filesystem::path& what) {
  if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
    throw std::system_error{errno, std::generic_category(), what.string()};
}

bool is_ours(std::string_view name) {
  return name == "." || name == ".." || name.starts_with(".atalaya");
}

} // namespace

std::optional<filestore_meter::stamp>
filestore_meter::look_at(int parent, const char* name) {
  struct stat info{};
  if (fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) != 0)
    return std::nullopt;
  if (!S_ISDIR(info.st_mode)) {
    errno = ENOTDIR;
    return std::nullopt;
  }
  return stamp{nanoseconds(info.st_mtim), nanoseconds(info.st_ctim)};
}

filestore_meter::filestore_meter(std::filesystem::path root,
                                 std::string database)
  : root_(std::move(root)), database_(std::move(database)) {
  // nop
}

bool filestore_meter::advance(size_t budget) {
  auto top = open();
  if (!top) {
    top_ = {};
    size_ = {};
    under_way_ = false;
    return true;
  }
  try {
    if (!go_on(top, budget))
      return false;
  } catch (...) {
    under_way_ = false;
    throw;
  }
  under_way_ = false;
  size_ = sum(top_);
  return true;
}

descriptor filestore_meter::open() {
  auto ec = std::error_code{};
  auto base = open_filestores(root_, ec);
  if (ec)
    throw std::system_error{ec, root_.string()};
  if (!base)
    return base;
  auto top = open_folder_beneath(base, database_, ec);
  if (ec && ec != std::errc::no_such_file_or_directory)
    throw std::system_error{ec, (root_ / database_).string()};
  return top;
}

bool filestore_meter::go_on(const descriptor& top, size_t budget) {
  read_ = 0;
  if (!std::exchange(under_way_, true)) {
    folders_ = 0;
    next_.clear();
    if (!top_.settled || look_at(top.get(), "") != top_.read_at)
      read(top.get(), top_);
  }
  for (auto i = top_.children.lower_bound(next_); i != top_.children.end();
       ++i) {
    if (read_ >= budget) {
      next_ = i->first;
      return false;
    }
    visit(top.get(), i->first, i->second, 1);
  }
  return true;
}

void filestore_meter::visit(int parent, const std::string& name, folder& x,
                            int depth) {
  if (++folders_ > max_folders || depth > max_depth)
    throw std::system_error{std::make_error_code(std::errc::file_too_large),
                            (root_ / database_).string()
                              + " has too many folders"};
  auto times = look_at(parent, name.c_str());
  auto same = x.settled && times == x.read_at;
  if (same && x.children.empty())
    return;
  auto fd = descriptor{openat(parent, name.c_str(), open_flags)};
  if (!times || !fd) {
    check(root_ / database_);
    x = {};
    return;
  }
  if (!same)
    read(fd.get(), x);
  for (auto& [child, y] : x.children)
    visit(fd.get(), child, y, depth + 1);
}

void filestore_meter::read(int fd, folder& x) {
  ++read_;
  auto begun = now();
  auto times = look_at(fd, "");
  std::unique_ptr<DIR, int (*)(DIR*)> list{
    fdopendir(openat(fd, ".", open_flags)), closedir};
  if (!times || !list) {
    check(root_ / database_);
    x = {};
    return;
  }
  folder fresh;
  fresh.read_at = *times;
  fresh.settled = std::max(times->modified, times->changed) + settling_time
                  < begun;
  while (auto entry = readdir(list.get()))
    if (!is_ours(entry->d_name))
      count(fd, entry->d_name, entry->d_type, x, fresh);
  x = std::move(fresh);
}

void filestore_meter::count(int fd, const char* name, unsigned char type,
                            folder& old, folder& fresh) {
  struct stat info{};
  if (type != DT_DIR && type != DT_REG && type != DT_UNKNOWN)
    return;
  if (type != DT_DIR && fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
    return;
  if (type == DT_DIR || S_ISDIR(info.st_mode)) {
    auto known = old.children.extract(name);
    if (known)
      fresh.children.insert(std::move(known));
    else
      fresh.children.try_emplace(name);
  } else if (S_ISREG(info.st_mode)) {
    fresh.own.bytes += static_cast<uint64_t>(info.st_size);
    ++fresh.own.files;
  }
}

filestore_size filestore_meter::sum(const folder& x) {
  auto result = x.own;
  for (const auto& [name, child] : x.children) {
    auto below = sum(child);
    result.bytes += below.bytes;
    result.files += below.files;
  }
  return result;
}

} // namespace atalaya::odoo
