#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "odoo/zip_records.hpp"

namespace atalaya::odoo {

/// A member of an archive that was read, as its directory says.
struct zip_member {
  std::string name;
  zip::method method = zip::method::stored;
  bool described_later = false; ///< Its header doesn't say its sizes.
  uint32_t crc = 0;
  uint64_t packed = 0;
  uint64_t size = 0;
  uint64_t offset = 0; ///< Of its local header.
  uint64_t limit = 0;  ///< Where the next one, or the directory, begins.
};

/// What is accepted of an archive that comes from anybody.
struct zip_limits {
  uint64_t members = 2'000'000;
  size_t name = 512;
  uint64_t content = UINT64_MAX; ///< Bytes of all members, as they say.
};

/// Whether a member may have this name: no backslash or control character,
/// relative, not upwards, no longer than `zip_limits` says.
bool is_member_name(std::string_view name);

/// Reads zip archives that may be hostile: memory is bounded by the number of
/// members, and what is read of a member by the size that it says. Accepts what
/// Odoo, Python, Info-ZIP and 7-Zip write: stored and deflated members, zip64,
/// data descriptors, folders. Safe from several threads once made.
class zip_reader {
public:
  /// Reads the directory. `fd` must stay open; `path` is for messages. Throws
  /// std::system_error for what can't be read, and std::runtime_error, with the
  /// path and why, for what is no acceptable archive: bytes before or after it,
  /// members that overlap or are encrypted, links and devices, names that are
  /// absolute, lead upwards, appear twice or have a backslash or a control
  /// character.
  zip_reader(int fd, std::filesystem::path path, const zip_limits& limits = {});

  /// Sorted by name.
  const std::vector<zip_member>& members() const {
    return members_;
  }

  /// Null where there is none.
  const zip_member* member(std::string_view name) const;

  /// Gives the content in pieces of up to 256 KiB, and then has checked its
  /// size and CRC. Throws like the constructor, naming the member; `sink` may
  /// have got pieces before that, though never more than `x.size` bytes.
  void read(const zip_member& x,
            const std::function<void(std::string_view)>& sink) const;

  const std::filesystem::path& path() const {
    return path_;
  }

private:
  /// Checks the local header; returns where the content begins.
  uint64_t content_of(const zip_member& x) const;

  int fd_;
  std::filesystem::path path_;
  std::vector<zip_member> members_;
};

} // namespace atalaya::odoo
