#pragma once

#include <functional>
#include <memory>

#include "odoo/zip_files.hpp"
#include "operations/context.hpp"

namespace atalaya {

/// What of a filestore goes into an archive, and who hears of it.
struct filestore_wish {
  /// Whether a file is wanted, by its path below the filestore and the time
  /// when it was last written, in seconds since 1970. May be asked while
  /// `done` is told.
  std::function<bool(const std::string& file, std::time_t modified)> wanted;
  /// What was put in, in no certain order, by one thread at a time; `name` is
  /// the path below the filestore.
  std::function<void(odoo::zipped_file)> done;
};

/// The files of one filestore, kept while Odoo goes on creating and deleting.
class filestore_source {
public:
  virtual ~filestore_source() = default;

  /// Keeps what has come since it was opened, which kept what was there then.
  /// To be called before the dump's snapshot and once it is held: the union
  /// holds every file that the dump names (facts/odoo.md 1.6). On any thread.
  virtual void pass() = 0;

  /// Bytes of what was kept so far, for the room and the progress.
  virtual uint64_t size() = 0;

  /// Adds what was kept as members below "filestore/". Throws what zip_files
  /// throws.
  virtual void add_to(odoo::zip_writer& to, const filestore_wish& wish) = 0;
};

/// By its path where that can be read and linked in; else through the engine.
/// Says in the operation's log which, and why. Throws operation_failure where
/// neither is possible.
std::unique_ptr<filestore_source> open_filestore(context& ctx);

} // namespace atalaya
