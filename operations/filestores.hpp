#pragma once

#include <map>
#include <string>

#include "odoo/filestore.hpp"

namespace atalaya {

/// The filestores of one instance, measured over and over.
class filestores {
public:
  /// `root` is the folder that holds one folder per database.
  explicit filestores(std::string root);

  /// Why nothing below the root can be read, empty: it can.
  std::string obstacle() const;

  /// Goes on with `database`; true once that is done. What is wrong with it is
  /// in `problem` then.
  bool advance(const std::string& database, std::string& problem);

  /// Bytes, as last measured.
  uint64_t bytes(const std::string& database) const;

  /// Forgets databases that nobody has asked for in an hour.
  void forget_old();

private:
  struct entry {
    odoo::filestore_meter meter;
    std::chrono::steady_clock::time_point asked_at;
  };

  std::string root_;
  std::map<std::string, entry> entries_;
};

} // namespace atalaya
