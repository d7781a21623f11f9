#pragma once

#include <filesystem>

#include "odoo/filestore_folder.hpp"
#include "operations/context.hpp"

namespace atalaya {

/// The file of a backup that is being made, `NAME.part` in its database's
/// folder: nobody lists it, and it goes with this object unless it was
/// published.
class part_file {
public:
  /// Makes it, named by the request's database and format and the time. Throws
  /// std::system_error.
  explicit part_file(context& ctx);

  ~part_file();

  part_file(const part_file&) = delete;
  part_file& operator=(const part_file&) = delete;

  int fd() const {
    return file_.get();
  }

  /// With its `.part`.
  std::filesystem::path path() const;

  /// What it will be called.
  const std::string& filename() const {
    return name_;
  }

  /// The backup's id.
  std::string id() const;

  timestamp created_at() const {
    return created_at_;
  }

  /// Writes everything to the disk. Throws std::system_error.
  void sync();

  /// Gives it its name, with `x` as its sidecar: from now on it is a backup.
  /// Throws std::system_error.
  void publish(backup x);

private:
  bool take_name(unsigned number);

  context& ctx_;
  timestamp created_at_;
  std::string folder_name_;
  std::filesystem::path folder_path_;
  odoo::descriptor folder_;
  odoo::descriptor file_;
  std::string name_;
  bool described_ = false; ///< A sidecar may be there.
  bool published_ = false;
};

} // namespace atalaya
