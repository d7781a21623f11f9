#include "operations/room.hpp"

#include <array>
#include <cstdio>

#include "operations/context.hpp"
#include "operations/disks.hpp"

namespace atalaya {

std::string human_size(uint64_t bytes) {
  constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  auto value = static_cast<double>(bytes);
  size_t unit = 0;
  for (; value >= 1024 && unit + 1 < units.size(); ++unit)
    value /= 1024;
  char text[32];
  std::snprintf(text, sizeof(text), unit == 0 ? "%.0f %s" : "%.1f %s", value,
                units[unit]);
  return text;
}

void require_room(const std::filesystem::path& folder, uint64_t bytes) {
  for (const auto& x : disks_of({"", folder.string(), "", {}}))
    if (x.free < bytes)
      throw operation_failure{
        "not enough room for the backup: it may need " + human_size(bytes)
        + ", and the disk of " + folder.string() + " has " + human_size(x.free)
        + " free; make room, or set `backups` to a folder "
          "on another disk"};
}

} // namespace atalaya
