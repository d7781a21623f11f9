#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "odoo/work_together.hpp"
#include "odoo/zip_reader.hpp"

namespace atalaya::odoo {

/// What reading a whole backup has shown.
struct archive_proof {
  /// The first of what is wrong, sentences that name the member. None: the
  /// backup is whole.
  std::vector<std::string> problems;
  uint64_t problem_count = 0; ///< Also those that aren't listed.

  uint64_t members = 0;
  uint64_t attachments = 0; ///< Whose content fits their name.
  uint64_t damaged = 0;     ///< Attachments that were so on disk before.
  uint64_t content = 0;     ///< Bytes of all members.
  uint64_t size = 0;        ///< Bytes of the file.
  std::string sha256;       ///< Of the file; empty if it can't be read.

  bool ok() const {
    return problem_count == 0;
  }
};

struct archive_proof_options {
  size_t threads = archive_threads();

  /// Members whose content didn't fit their name when it was read from the
  /// filestore: a crash of Odoo leaves such files (facts/odoo.md 1.5), and a
  /// backup has them as they are. They are counted as `damaged`. May be null.
  const std::set<std::string>* damaged_before = nullptr;

  zip_limits limits = {};

  /// Looked at between pieces of 256 KiB; may be null.
  const std::atomic<bool>* cancelled = nullptr;

  /// Gets the bytes of content just proved, from several threads at once; may
  /// be empty. Their sum is `content` when nothing is wrong.
  std::function<void(uint64_t)> progress = nullptr;
};

/// The SHA-1 that the name of an attachment's member says, a view into it:
/// "filestore/ab/abcd…" (facts/odoo.md 1.5). Null for what is none.
std::optional<std::string_view> sha1_in(std::string_view member);

/// Proves a backup in Odoo's format by reading it on several threads: the CRC
/// of each member, the SHA-1 of each attachment against its name, the end of
/// the dump (`dump_proof`), that there is a manifest. A changed bit that no
/// content depends on, as between two blocks of DEFLATE, shows in the SHA-256
/// alone. `fd` is read by offset;
/// `path` is for messages. Throws std::system_error with
/// errc::operation_canceled when cancelled, else nothing about the file: what
/// is wrong is in the result.
archive_proof prove_archive(int fd, const std::filesystem::path& path,
                            const archive_proof_options& options = {});

/// Says whether a plain dump is whole, by its head and its tail. Fed in order.
class dump_proof {
public:
  void update(std::string_view piece);

  /// What is wrong, to follow the dump's name in a sentence; empty if nothing.
  /// pg_dump ends with a comment, and since 17.6, 16.10, 15.14, 14.19 and
  /// 13.22 with the `\unrestrict` that belongs to its `\restrict`:
  /// facts/odoo.md 1.1.
  std::string problem() const;

private:
  std::string head_;
  std::string tail_;
};

} // namespace atalaya::odoo
