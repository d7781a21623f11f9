#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "odoo/filestore_folder.hpp"

namespace atalaya::odoo {

/// Hard links to every file of one filestore, made while Odoo works on it, so
/// that what it deletes meanwhile stays readable. The union of a pass before a
/// dump and one behind it holds every file that the dump names, and costs no
/// copy (facts/odoo.md 1.6).
///
/// They lie in a folder of ours in Odoo's data directory, beside `filestore`:
/// a link can't lead to another file system. The container can write there, so
/// everything is done relative to descriptors and follows no symbolic link;
/// what is no regular file is left out. Odoo's spool for its collection of
/// garbage (`checklist/`) holds no attachments and is left out as well.
class filestore_links {
public:
  /// `filestores` holds one folder per database; the links go into
  /// `FILESTORES/../.atalaya/NAME`, which must not be there yet. Throws
  /// std::system_error where that can't be made.
  filestore_links(std::filesystem::path filestores, std::string database,
                  const std::string& name);

  /// Removes the links, as far as it can.
  ~filestore_links();

  filestore_links(const filestore_links&) = delete;
  filestore_links& operator=(const filestore_links&) = delete;

  /// Links every file that has no link yet, and returns how many those were.
  /// Between two files it looks at `cancelled`, and ends early. Throws
  /// std::system_error where linking is not possible: another file system
  /// (EXDEV), somebody else's files (EPERM), too many links (EMLINK).
  size_t pass(const std::atomic<bool>& cancelled);

  /// Removes the links, and with them all that this can be used for. Throws
  /// std::system_error where some stay.
  void remove();

  /// Bytes of the linked files.
  uint64_t size() const {
    return size_;
  }

  /// The linked files by their paths below the filestore: "ab/abcdef…".
  const std::vector<std::string>& files() const {
    return files_;
  }

  /// Opens a linked file to read it. Throws std::system_error.
  descriptor open(const std::string& file) const;

private:
  /// What of a folder is linked into which.
  struct folder {
    descriptor from;
    descriptor to;
    std::string path; ///< Below the filestore; empty, or ending in a slash.
    int depth = 0;
  };

  void link_folder(const folder& x, const std::atomic<bool>& cancelled);

  void link_file(const folder& x, const char* name);

  void
  enter(const folder& x, const char* name, const std::atomic<bool>& cancelled);

  std::filesystem::path filestore_;
  std::string name_;
  descriptor data_dir_;
  descriptor ours_; ///< The folder `.atalaya`.
  descriptor top_;  ///< The folder of the links.
  std::vector<std::string> files_;
  uint64_t size_ = 0;
};

/// Removes the folders of links beside `filestores` that a server left which
/// was killed: those whose name `is_ours` says yes to. Returns how many were
/// removed; throws std::system_error where one could not be.
size_t
sweep_filestore_links(const std::filesystem::path& filestores,
                      const std::function<bool(const std::string&)>& is_ours);

} // namespace atalaya::odoo
