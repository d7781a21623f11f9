#pragma once

// Reads a tar stream that comes in pieces of any size.
//
//   archive := member* zeros
//   member  := header(512) data(size, padded to 512)
//
// POSIX headers with pax records (path, linkpath, size) and GNU's long names,
// which is what Docker (Go) and Podman write. Never holds more than one read
// and one name or record of 64 KiB.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace atalaya::net {

struct tar_entry {
  enum class kind : uint8_t { file, folder, symlink, hard_link, other };
  std::string name;
  kind type = kind::other;
  std::string link; ///< What a link points to.
  uint64_t size = 0;
  uint32_t mode = 0;
  uint32_t uid = 0;
  uint32_t gid = 0;
  int64_t mtime = 0; ///< Seconds since 1970.
  bool operator==(const tar_entry&) const = default;
};

class tar_reader {
public:
  void feed(std::string_view bytes);

  /// The header of the next member; null: feed more, or it is `done`. What is
  /// left of the member before is skipped. Throws engine_error when the bytes
  /// are no tar.
  std::optional<tar_entry> next();

  /// A piece of the member whose header came last; empty: feed more, or it is
  /// whole (see `remaining`).
  std::string data();

  /// Bytes of the member's data that were not yet handed out.
  uint64_t remaining() const {
    return remaining_;
  }

  /// The closing zeros were read.
  bool done() const {
    return done_;
  }

private:
  std::string_view unread() const {
    return std::string_view{text_}.substr(begin_);
  }

  bool skip();

  std::optional<tar_entry> member();

  bool record(char type, uint64_t size);

  void pax(std::string_view records);

  std::string text_;
  size_t begin_ = 0;
  uint64_t remaining_ = 0;
  uint64_t padding_ = 0;
  bool done_ = false;
  /// What the records before a member say about it.
  std::optional<std::string> name_;
  std::optional<std::string> link_;
  std::optional<uint64_t> size_;
};

} // namespace atalaya::net
