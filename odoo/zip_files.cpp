#include "odoo/zip_files.hpp"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

#include "odoo/digest.hpp"
#include "odoo/work_together.hpp"

namespace atalaya::odoo {

namespace {

/// Up to here a file is packed in memory.
constexpr auto small_file = uint64_t{1} << 20;

constexpr auto read_size = size_t{1} << 20;

constexpr auto sample_size = size_t{64} << 10;

/// A stored file costs no time when it is restored, so a few hundredths aren't
/// worth the packing.
bool shrinks(uint64_t packed, uint64_t size) {
  return packed < size - size / 20;
}

/// What all threads share.
class crew {
public:
  crew(zip_writer& to, const std::function<std::optional<file_to_zip>()>& next,
       const std::function<void(zipped_file)>& done,
       const zip_files_options& options)
    : archive(to), options_(options), next_(next), done_(done) {
    // nop
  }

  std::optional<file_to_zip> next() {
    std::unique_lock guard{next_mutex_};
    return stopped_ ? std::nullopt : next_();
  }

  void done(zipped_file x) {
    std::unique_lock guard{done_mutex_};
    done_(std::move(x));
  }

  /// Called between pieces. Throws when this can stop.
  void check_in(uint64_t bytes) {
    if (options_.progress)
      options_.progress(bytes);
    if (stopped_ || (options_.cancelled && *options_.cancelled))
      throw std::system_error{
        std::make_error_code(std::errc::operation_canceled)};
  }

  void stop(std::exception_ptr why) {
    archive.spoil();
    std::unique_lock guard{done_mutex_};
    if (!problem_)
      problem_ = std::move(why);
    stopped_ = true;
  }

  /// When all have ended.
  void rethrow() const {
    if (problem_)
      std::rethrow_exception(problem_);
  }

  zip_writer& archive;

private:
  const zip_files_options& options_;
  const std::function<std::optional<file_to_zip>()>& next_;
  const std::function<void(zipped_file)>& done_;
  std::mutex next_mutex_;
  std::mutex done_mutex_;
  std::atomic<bool> stopped_ = false;
  std::exception_ptr problem_;
};

/// One thread's.
class worker {
public:
  static void run(crew& x) {
    try {
      worker self{x};
      while (auto file = x.next())
        x.done(self.add(*file));
    } catch (...) {
      x.stop(std::current_exception());
    }
  }

private:
  explicit worker(crew& x) : crew_(x) {
    // nop
  }

  zipped_file add(const file_to_zip& x) {
    struct stat info{};
    if (fstat(x.file.get(), &info) != 0)
      throw std::system_error{errno, std::generic_category(), x.name};
    if (!S_ISREG(info.st_mode))
      throw std::runtime_error{x.name + " is not a regular file"};
    offset_ = 0;
    zipped_file result;
    result.name = x.name;
    result.size = static_cast<uint64_t>(info.st_size);
    if (result.size <= small_file)
      add_small(x, info.st_mtime, result);
    else
      add_large(x, info.st_mtime, result);
    result.sha1 = sha1_.hex();
    return result;
  }

  void add_small(const file_to_zip& x, std::time_t time, zipped_file& result) {
    auto content = read(x, result.size);
    check_end(x, result.size);
    auto& archive = crew_.archive;
    if (seems_to_shrink(content)) {
      auto packed = archive.pack(content);
      result.crc = packed.crc;
      packed.blocks += deflater::last_block();
      if (shrinks(packed.blocks.size(), result.size)) {
        archive.add_packed(x.name, zip::method::deflated, packed, time);
        return;
      }
    }
    zip_stored member{archive, x.name, result.size, time};
    member.append(content);
    result.crc = member.finish();
  }

  void add_large(const file_to_zip& x, std::time_t time, zipped_file& result) {
    auto first = read(x, read_size);
    if (seems_to_shrink(first)) {
      zip_text member{crew_.archive, x.name, time};
      {
        zip_text::hold alone{member};
        // All cores pack it, as other members have to wait.
        stream(x, first, result.size, read_size * archive_threads(), alone);
      }
      result.crc = member.finish().crc;
      // Only who has the turn shall hold that much.
      buffer_.resize(read_size);
      buffer_.shrink_to_fit();
    } else {
      zip_stored member{crew_.archive, x.name, result.size, time};
      stream(x, first, result.size, read_size, member);
      result.crc = member.finish();
    }
  }

  template <class Member>
  void stream(const file_to_zip& x, std::string_view first, uint64_t size,
              size_t step, Member& to) {
    to.append(first);
    while (offset_ < size)
      to.append(
        read(x, static_cast<size_t>(std::min<uint64_t>(step, size - offset_))));
    check_end(x, size);
  }

  bool seems_to_shrink(std::string_view head) {
    if (head.empty() || is_packed_kind(head))
      return false;
    if (head.size() <= sample_size)
      return true;
    auto sample = crew_.archive.pack(head.substr(0, sample_size));
    return shrinks(sample.blocks.size(), sample.size);
  }

  /// The next `size` bytes of the file, valid until the next call.
  std::string_view read(const file_to_zip& x, size_t size) {
    if (buffer_.size() < size)
      buffer_.resize(size);
    auto found = fill(x, size);
    if (found < size)
      throw std::runtime_error{x.name
                               + " changed while it was read: it became "
                                 "shorter"};
    auto result = std::string_view{buffer_}.substr(0, size);
    sha1_.update(result);
    crew_.check_in(size);
    return result;
  }

  void check_end(const file_to_zip& x, uint64_t size) {
    char more = 0;
    auto n = pread(x.file.get(), &more, 1, static_cast<off_t>(size));
    if (n < 0)
      throw std::system_error{errno, std::generic_category(), x.name};
    if (n > 0)
      throw std::runtime_error{x.name
                               + " changed while it was read: it became "
                                 "longer"};
  }

  size_t fill(const file_to_zip& x, size_t size) {
    auto found = size_t{0};
    while (found < size) {
      auto n = pread(x.file.get(), buffer_.data() + found, size - found,
                     static_cast<off_t>(offset_));
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        throw std::system_error{errno, std::generic_category(), x.name};
      if (n == 0)
        break;
      found += static_cast<size_t>(n);
      offset_ += static_cast<uint64_t>(n);
    }
    return found;
  }

  crew& crew_;
  digest sha1_{digest::algorithm::sha1};
  std::string buffer_;
  uint64_t offset_ = 0; ///< Read of the present file.
};

} // namespace

void zip_files(zip_writer& archive,
               const std::function<std::optional<file_to_zip>()>& next,
               const std::function<void(zipped_file)>& done,
               const zip_files_options& options) {
  crew all{archive, next, done, options};
  work_together(options.threads, [&all] { worker::run(all); });
  all.rethrow();
}

} // namespace atalaya::odoo
