#include "operations/backup_files.hpp"

#include <algorithm>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <simdjson.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odoo/filestore_folder.hpp"
#include "operations/archive_facts.hpp"
#include "operations/backup_name.hpp"
#include "operations/sidecar.hpp"

namespace atalaya {

namespace {

constexpr auto max_backups = size_t{50'000};
constexpr auto flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

struct close_dir {
  void operator()(DIR* x) const {
    closedir(x);
  }
};

using dir_ptr = std::unique_ptr<DIR, close_dir>;

/// Null, with errno set, for what can't be opened.
dir_ptr open_dir(int base, const char* name, int more) {
  auto fd = openat(base, name, flags | more);
  return dir_ptr{fd < 0 ? nullptr : fdopendir(fd)};
}

int64_t nanoseconds(const timespec& x) {
  return x.tv_sec * 1'000'000'000 + x.tv_nsec;
}

void read_archive(int folder, const std::string& name, backup& x) {
  odoo::descriptor file{openat(folder, name.c_str(),
                               O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
  if (file)
    fill_from_archive(file.get(), name, x);
}

bool is_utf8(const std::string& text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

} // namespace

backup_files::backup_files(std::filesystem::path root)
  : root_(std::move(root)) {
  // nop
}

std::vector<backup> backup_files::list() {
  unreadable_ = 0;
  too_many_ = false;
  failure_.clear();
  entries found;
  auto dir = open_dir(AT_FDCWD, root_.c_str(), 0);
  if (!dir && errno != ENOENT)
    failure_ = std::generic_category().message(errno);
  while (auto x = dir ? readdir(dir.get()) : nullptr)
    if (x->d_name[0] != '.')
      list_folder(dirfd(dir.get()), x->d_name, found);
  known_ = std::move(found);
  std::vector<backup> result;
  for (const auto& [path, x] : known_)
    result.push_back(x.entity);
  std::ranges::stable_sort(result, std::ranges::greater{}, &backup::created_at);
  return result;
}

std::map<std::string, std::string> backup_files::paths() const {
  std::map<std::string, std::string> result;
  for (const auto& [path, x] : known_)
    result.emplace(x.entity.id, path);
  return result;
}

void backup_files::list_folder(int root, const std::string& folder,
                               entries& found) {
  auto dir = open_dir(root, folder.c_str(), O_NOFOLLOW);
  if (!dir) {
    unreadable_ += errno == EACCES;
    return;
  }
  while (auto x = readdir(dir.get())) {
    std::string name{x->d_name};
    auto format = format_of(name);
    if (!format)
      continue;
    if (!is_utf8(name) || !is_utf8(percent_decoded(folder)))
      ++unreadable_;
    else if (found.size() >= max_backups)
      too_many_ = true;
    else
      add(dirfd(dir.get()), folder, name, *format, found);
  }
}

void backup_files::add(int fd, const std::string& folder,
                       const std::string& name, backup_format format,
                       entries& found) {
  auto file = stamp_of(fd, name);
  if (file.inode < 0)
    return;
  auto sidecar = stamp_of(fd, name + ".json");
  auto path = folder + '/' + name;
  auto i = known_.find(path);
  if (i != known_.end() && i->second.file == file
      && i->second.sidecar == sidecar)
    found.insert(known_.extract(i));
  else
    found[path] = {file, sidecar, read(fd, folder, name, format, file)};
}

backup_files::stamp
backup_files::stamp_of(int folder, const std::string& name) {
  struct stat info{};
  if (fstatat(folder, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0
      || !S_ISREG(info.st_mode))
    return {};
  return {static_cast<int64_t>(info.st_ino), info.st_size,
          nanoseconds(info.st_mtim), nanoseconds(info.st_ctim)};
}

backup backup_files::read(int fd, const std::string& folder,
                          const std::string& name, backup_format format,
                          const stamp& file) {
  namespace chr = std::chrono;
  backup seen;
  seen.id = backup_id(folder + '/' + name);
  seen.database = percent_decoded(folder);
  seen.filename = name;
  seen.format = format;
  seen.size = static_cast<uint64_t>(file.size);
  auto modified
    = timestamp{chr::floor<chr::milliseconds>(chr::nanoseconds{file.modified})};
  seen.created_at = time_in_name(name).value_or(modified);
  auto told = read_sidecar(fd, name + ".json");
  auto result = told ? joined(std::move(*told), seen, modified) : seen;
  if (format == backup_format::zip && !result.files)
    read_archive(fd, name, result);
  return result;
}

std::string backup_files::detail() const {
  if (!failure_.empty())
    return "the backups can't be read: " + root_.string() + ": " + failure_;
  if (too_many_)
    return "there are more than " + std::to_string(max_backups)
           + " backups: the rest is not shown";
  if (unreadable_ > 0)
    return std::to_string(unreadable_) + " files or folders below "
           + root_.string()
           + " can't be shown: not readable, or their names are not UTF-8";
  return {};
}

} // namespace atalaya
