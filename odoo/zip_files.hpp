#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "odoo/filestore_folder.hpp"
#include "odoo/work_together.hpp"
#include "odoo/zip_writer.hpp"

namespace atalaya::odoo {

/// A regular file to be put into an archive.
struct file_to_zip {
  std::string name; ///< Of the member.
  descriptor file;
};

/// What was read of it and is in the archive now.
struct zipped_file {
  std::string name;
  uint64_t size = 0;
  uint32_t crc = 0;
  std::string sha1; ///< What an attachment is called: facts/odoo.md 1.5.
};

struct zip_files_options {
  size_t threads = archive_threads();

  /// Looked at between pieces of 1 MiB; may be null.
  const std::atomic<bool>* cancelled = nullptr;

  /// Gets the bytes just read, from several threads at once; may be empty.
  std::function<void(uint64_t)> progress = nullptr;
};

/// Adds files on several threads. What won't shrink is stored: by its first
/// bytes, or by a sample. Files up to 1 MiB are packed in memory; larger ones
/// are streamed, stored ones beside each other.
///
/// `next` gives the files and `done` takes what became of them; both are called
/// by one thread at a time, `done` in no certain order.
///
/// The first error ends all threads and is thrown: std::system_error for what
/// can't be read or written, and with errc::operation_canceled when cancelled;
/// std::runtime_error for a file that changed its size while it was read. Each
/// names the file. The archive is to be thrown away then.
void zip_files(zip_writer& archive,
               const std::function<std::optional<file_to_zip>()>& next,
               const std::function<void(zipped_file)>& done,
               const zip_files_options& options = {});

/// Whether content is of a kind that is compressed already, by its first
/// bytes: pictures, films, music, fonts of the web, archives, office files.
bool is_packed_kind(std::string_view head);

} // namespace atalaya::odoo
