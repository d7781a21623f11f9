#include "operations/disks.hpp"

#include <filesystem>

#include <sys/statvfs.h>

namespace atalaya {

namespace {

std::optional<disk> disk_at(disk_use use, const std::filesystem::path& path) {
  struct statvfs info{};
  if (path.empty() || statvfs(path.c_str(), &info) != 0)
    return std::nullopt;
  disk result;
  result.for_ = use;
  result.total = info.f_blocks * info.f_frsize;
  result.free = info.f_bavail * info.f_frsize;
  return result;
}

std::filesystem::path nearest_existing(std::filesystem::path path) {
  auto ec = std::error_code{};
  while (path.has_relative_path() && !std::filesystem::exists(path, ec))
    path = path.parent_path();
  return path;
}

} // namespace

std::vector<disk> disks_of(const survey_request& x) {
  std::vector<disk> result;
  for (auto found : {disk_at(disk_use::filestore, x.filestore),
                     disk_at(disk_use::backups, nearest_existing(x.backups)),
                     disk_at(disk_use::postgres, x.postgres_data)})
    if (found)
      result.push_back(*found);
  return result;
}

} // namespace atalaya
