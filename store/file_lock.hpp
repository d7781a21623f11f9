#pragma once

#include <chrono>
#include <optional>

#include "store/descriptor.hpp"

namespace atalaya::store {

/// An exclusive lock on a file (flock), held as long as the object lives and
/// gone with the process, however that ends.
class file_lock {
public:
  /// Waits up to `patience`; nothing where another has it still. Throws
  /// `error` where the file can't be made.
  static std::optional<file_lock> acquire(const std::filesystem::path& file,
                                          std::chrono::milliseconds patience);

  /// Writes the process id into the file, for whoever finds it locked.
  void sign() const;

private:
  explicit file_lock(descriptor fd) : fd_(std::move(fd)) {
    // nop
  }

  descriptor fd_;
};

} // namespace atalaya::store
