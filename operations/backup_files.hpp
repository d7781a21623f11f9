#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "actors/entities.hpp"

struct stat;

namespace atalaya {

/// The backups in a folder that holds one folder per database. The directory
/// is the truth: whatever is there is listed, by whomever it was made. Names
/// that are not UTF-8 can't be shown, and are counted in `detail`.
class backup_files {
public:
  explicit backup_files(std::filesystem::path root);

  /// All of them, newest first. Looks at every file's times, and reads again
  /// only what changed.
  std::vector<backup> list();

  /// Where each of them lies below the folder, by its id.
  std::map<std::string, std::string> paths() const;

  /// What of it could not be listed in the last call, empty: nothing.
  std::string detail() const;

private:
  /// By what a file is known to be the same as before.
  struct stamp {
    int64_t inode = -1; ///< -1: there is none.
    int64_t size = 0;
    int64_t modified = 0;
    int64_t changed = 0;
    bool operator==(const stamp&) const = default;
  };

  struct entry {
    stamp file;
    stamp sidecar;
    backup entity;
  };

  using entries = std::map<std::string, entry>;

  static stamp stamp_of(int folder, const std::string& name);

  void list_folder(int root, const std::string& folder, entries& found);

  void add(int fd, const std::string& folder, const std::string& name,
           backup_format format, entries& found);

  static backup read(int fd, const std::string& folder, const std::string& name,
                     backup_format format, const stamp& file);

  std::filesystem::path root_;
  entries known_; ///< By path below the root.
  size_t unreadable_ = 0;
  bool too_many_ = false;
  std::string failure_;
};

} // namespace atalaya
