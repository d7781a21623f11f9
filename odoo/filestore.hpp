#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "odoo/filestore_folder.hpp"

namespace atalaya::odoo {

/// What a filestore holds: its regular files, the sum of their lengths. That
/// is what `du -sb` says but for the folders themselves; a file with two names
/// counts twice. Layout: facts/odoo.md 1.5.
struct filestore_size {
  uint64_t bytes = 0;
  uint64_t files = 0;
  bool operator==(const filestore_size&) const = default;
};

/// Measures the filestore of one database again and again. The first reading
/// looks at every file; later ones only at folders that changed, as Odoo only
/// ever adds and deletes files. A folder that changed in the last moments
/// before it was read is read once more next time: its time may not have moved
/// since, or a file in it was still being written.
///
/// Follows no symbolic link; what is neither file nor folder counts nothing.
/// Ours are left out: entries whose name begins with ".atalaya".
class filestore_meter {
public:
  /// `root` is the folder that holds one folder per database.
  filestore_meter(std::filesystem::path root, std::string database);

  /// Goes on with a reading, or begins a new one; reads about `budget` changed
  /// folders and returns whether the reading is complete. Throws
  /// std::system_error for what can't be read, and then begins anew.
  bool advance(size_t budget);

  /// What the last complete reading found. A filestore that is not there is
  /// empty: Odoo makes it with the first file.
  filestore_size size() const {
    return size_;
  }

private:
  /// When entries, and anything else, of a folder last changed. Both: a copy
  /// made with its times kept moves only the second.
  struct stamp {
    std::chrono::nanoseconds modified; ///< Since 1970.
    std::chrono::nanoseconds changed;
    bool operator==(const stamp&) const = default;
  };

  struct folder {
    std::optional<stamp> read_at;
    bool settled = false; ///< Nothing new can hide behind this stamp.
    filestore_size own;
    std::map<std::string, folder> children;
  };

  /// Null, with errno set, where there is no such folder.
  static std::optional<stamp> look_at(int parent, const char* name);

  descriptor open();

  bool go_on(const descriptor& top, size_t budget);

  void visit(int parent, const std::string& name, folder& x, int depth);

  /// Lists `x`, which is open as `fd`. Children keep what is known of them.
  void read(int fd, folder& x);

  static void count(int fd, const char* name, unsigned char type, folder& old,
                    folder& fresh);

  static filestore_size sum(const folder& x);

  std::filesystem::path root_;
  std::string database_;
  folder top_;
  filestore_size size_;
  size_t folders_ = 0; ///< Seen in this reading.
  size_t read_ = 0;    ///< Listed since `advance` was called.
  bool under_way_ = false;
  std::string next_; ///< The child of `top_` to go on with.
};

} // namespace atalaya::odoo
