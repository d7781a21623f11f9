#pragma once

// Opening folders of a volume that a container can write. Whoever is root in
// the container may plant a symbolic link at any moment, and it must not lead
// us out: nothing here follows one, and all else is done relative to a
// descriptor.

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace atalaya::odoo {

/// Owns a file descriptor.
class descriptor {
public:
  explicit descriptor(int fd = -1) : fd_(fd) {
    // nop
  }

  descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {
    // nop
  }

  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  ~descriptor();

  int get() const {
    return fd_;
  }

  /// Gives it away.
  int release() {
    return std::exchange(fd_, -1);
  }

  explicit operator bool() const {
    return fd_ >= 0;
  }

private:
  int fd_;
};

/// Whether `name`, a database's, can be that of a folder.
bool is_folder_name(const std::string& name);

/// Opens the folder `path`. Its last name may not be a symbolic link; those
/// before it belong to the host and may.
descriptor open_folder(const std::filesystem::path& path, std::error_code& ec);

/// Opens the folder that holds one folder per database, `filestore` in Odoo's
/// data directory. Empty and without an error where only the data directory is
/// there: Odoo makes the folder with the first file of any database.
descriptor
open_filestores(const std::filesystem::path& path, std::error_code& ec);

/// Opens the folder `path` below `base`; no name of it may be a symbolic link
/// or lead out.
descriptor open_folder_beneath(const descriptor& base,
                               const std::filesystem::path& path,
                               std::error_code& ec);

/// Opens the folder `name` in `base`, made where it is missing, for its owner
/// alone.
descriptor make_folder(const descriptor& base, const std::string& name,
                       std::error_code& ec);

/// The names in a folder, without "." and "..". Throws std::system_error.
std::vector<std::string> names_in(const descriptor& folder);

/// Removes the folder `name` in `base` with all that is in it, or the file;
/// links are removed, not followed. Not there is no error. Throws
/// std::system_error, also for folders in folders without end.
void remove_beneath(const descriptor& base, const std::string& name);

} // namespace atalaya::odoo
