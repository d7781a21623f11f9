#pragma once

#include <filesystem>
#include <string>

#include "store/file_lock.hpp"

namespace atalaya::store {

/// What Atalaya keeps on disk, and under which names. The directory and what
/// is in it is for its owner alone.
class data_dir {
public:
  /// Makes the directory and its folders where they are missing (mode 0700).
  /// Throws `error`.
  explicit data_dir(const std::filesystem::path& root);

  const std::filesystem::path& root() const {
    return root_;
  }

  std::filesystem::path users_file() const {
    return root_ / "users.toml";
  }

  std::filesystem::path history_file() const {
    return root_ / "history.db";
  }

  /// Holds one folder per instance whose configuration names no other.
  std::filesystem::path backups() const {
    return root_ / "backups";
  }

  std::filesystem::path journal() const {
    return root_ / "journal";
  }

  /// Eight hex digits that mark what this server makes for a while outside of
  /// its directory; made the first time. Throws `error`.
  std::string server_id() const;

  /// For a server: nobody else may serve from here while the lock lives.
  /// Throws `error`, naming the process that has it, where somebody does.
  file_lock lock() const;

private:
  std::filesystem::path root_; ///< Absolute.
};

} // namespace atalaya::store
