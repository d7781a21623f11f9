#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "odoo/deflater.hpp"
#include "odoo/zip_records.hpp"

namespace atalaya::odoo {

/// Content made ready for an archive.
struct packed_piece {
  std::string blocks; ///< As of `deflater::append_blocks`.
  uint32_t crc = 0;   ///< Of the content.
  uint64_t size = 0;  ///< Of the content.
};

/// Writes one zip archive in the format of Odoo's own backups (facts/odoo.md
/// 1.1) to a file, from several threads and with no temporary copy: zip64 where
/// needed, no data descriptors, as headers are written again when the content
/// is known. Names are the caller's: each once, none longer than 65,535 bytes.
///
/// A mutex guards where the archive ends. Who has something to add reserves
/// its bytes there and writes them without the mutex. While a member grows
/// whose size nobody knows (zip_text), other members wait for its end: a thread
/// must not add one while it keeps a zip_text of its own open.
///
/// Every function throws std::system_error with the path when a write fails;
/// the archive is lost then, and `finish` says so again.
class zip_writer {
public:
  /// Writes from the beginning of `fd`, an empty seekable file, which must
  /// stay open; `path` is for messages.
  zip_writer(int fd, std::filesystem::path path,
             zip_level level = zip_level::fast);

  ~zip_writer();

  /// Adds a member that is in memory whole, stored if it doesn't shrink. Safe
  /// from any thread.
  void add(std::string_view name, std::string_view content, std::time_t time);

  /// Adds a member that was packed before: `blocks` are its content as `how`
  /// says. Safe from any thread.
  void add_packed(std::string_view name, zip::method how,
                  const packed_piece& content, std::time_t time);

  /// Compresses and sums up, in the caller's thread; safe from any.
  packed_piece pack(std::string_view content);

  /// Something that belongs into the archive will not come: `finish` throws.
  void spoil() {
    spoilt_ = true;
  }

  /// Writes the directory; nothing may be added any more. Returns the length
  /// of the archive. Doesn't sync.
  uint64_t finish();

private:
  friend class zip_text;
  friend class zip_stored;

  /// Takes the turn to grow, and bytes at the end for a header.
  uint64_t begin_growing(uint64_t length);

  /// Bytes at the end, by the holder of that turn.
  uint64_t grow(uint64_t length);

  /// Ends that turn.
  void end_growing();

  /// Bytes at the end, when no member grows.
  uint64_t reserve(uint64_t length);

  void write_at(uint64_t offset, std::string_view bytes);

  /// Has the kernel begin to write to the disk what was left to it, every now
  /// and then: left alone it would keep GBs until they are synced, and then
  /// everybody's writes, a database's among them, stand behind those.
  void begin_writeback(uint64_t more);

  /// Puts a member into the directory.
  void record(const zip::entry& x);

  std::unique_ptr<deflater> take_deflater();

  void give_back(std::unique_ptr<deflater> x);

  int fd_;
  std::filesystem::path path_;
  zip_level level_;
  std::atomic<bool> spoilt_ = false;
  std::atomic<uint64_t> left_ = 0; ///< To the kernel, since it last began.
  std::mutex mutex_;               ///< Guards what follows.
  std::condition_variable grown_;
  bool growing_ = false;
  uint64_t end_ = 0;
  uint64_t members_ = 0;
  std::vector<std::string> directory_; ///< In parts, so that none is copied.
  std::vector<std::unique_ptr<deflater>> idle_;
};

/// A member that grows: dump.sql, or a large file. While one exists, no other
/// member can be added. Destroyed before `finish`, it spoils the archive.
class zip_text {
public:
  zip_text(zip_writer& archive, std::string name, std::time_t time);

  zip_text(const zip_text&) = delete;

  ~zip_text();

  /// Adds a piece; safe from any thread. It is compressed in the caller's
  /// thread before it waits for anybody, and stands in one part: pieces lie in
  /// the order in which they got their place.
  void append(std::string_view piece);

  /// Keeps the member for one thread while it adds what is too large for one
  /// piece; all others wait.
  class hold {
  public:
    explicit hold(zip_text& text);

    /// Adds a piece. One of several MiB is compressed by several threads.
    void append(std::string_view piece);

  private:
    zip_text& text_;
    std::unique_lock<std::mutex> turn_;
  };

  /// Ends the member, when all calls of `append` have returned. Returns its
  /// size and CRC, without blocks.
  packed_piece finish();

private:
  /// Finds the place of a piece; `turn_` is held.
  uint64_t place(const packed_piece& x);

  zip_writer& archive_;
  std::string name_;
  uint32_t time_;
  uint64_t offset_;
  bool finished_ = false;
  std::mutex turn_; ///< Guards what follows.
  uint64_t packed_ = 0;
  uint64_t size_ = 0;
  uint32_t crc_ = 0;
};

/// A member of known size that is stored as it is. Several may be written at
/// the same time, each by one thread.
class zip_stored {
public:
  zip_stored(zip_writer& archive, std::string name, uint64_t size,
             std::time_t time);

  zip_stored(const zip_stored&) = delete;

  ~zip_stored();

  void append(std::string_view piece);

  /// Ends the member, for which `size` bytes were appended. Returns their
  /// CRC.
  uint32_t finish();

private:
  zip_writer& archive_;
  std::string name_;
  uint64_t size_;
  uint32_t time_;
  uint64_t offset_;
  uint64_t at_; ///< Where the next piece goes.
  uint64_t written_ = 0;
  uint32_t crc_ = 0;
  bool large_;
  bool finished_ = false;
};

} // namespace atalaya::odoo
