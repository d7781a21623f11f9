#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <boost/describe.hpp>

namespace atalaya {

/// part: the file `place`. sidecar: that of the backup `place`, unless that is
/// there. filestore_links: the links `name` beside the filestores `place`.
/// container_folder: the folder `name` in the container `place`.
BOOST_DEFINE_FIXED_ENUM_CLASS(leftover_kind, uint8_t, part, sidecar,
                              filestore_links, container_folder)

/// A temporary thing that an operation makes, and where it is: what a server
/// that was killed leaves behind.
struct leftover {
  leftover_kind kind = leftover_kind::part;
  std::string place;
  std::string name;
  bool operator==(const leftover&) const = default;
};
BOOST_DESCRIBE_STRUCT(leftover, (), (kind, place, name))

/// What one operation has under way.
struct journal_entry {
  std::string operation; ///< Its id.
  std::string instance;
  std::vector<leftover> leftovers;
  bool operator==(const journal_entry&) const = default;
};
BOOST_DESCRIBE_STRUCT(journal_entry, (), (operation, instance, leftovers))

} // namespace atalaya

namespace atalaya::store {

/// A folder with one file per operation that runs. Written before the thing
/// itself is made, so that nothing is ever there that nobody knows of.
class journal {
public:
  explicit journal(std::filesystem::path folder) : folder_(std::move(folder)) {
    // nop
  }

  /// Writes the entry, or overwrites that of the same operation; on disk when
  /// this returns. Throws `error`.
  void write(const journal_entry& x) const;

  /// The operation has cleaned up behind itself.
  void remove(const std::string& operation) const;

  /// All entries. One that can't be read is named in `problems`, and stays.
  std::vector<journal_entry> read(std::vector<std::string>& problems) const;

private:
  std::filesystem::path file_of(const std::string& operation) const;

  std::filesystem::path folder_;
};

} // namespace atalaya::store
