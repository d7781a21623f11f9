#include "store/atomic_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "store/descriptor.hpp"

namespace atalaya::store {

namespace {

void write_all(int fd, std::string_view text,
               const std::filesystem::path& file) {
  while (!text.empty()) {
    auto n = write(fd, text.data(), text.size());
    if (n < 0 && errno != EINTR)
      throw_errno(file, "can't be written");
    text.remove_prefix(n < 0 ? 0 : static_cast<size_t>(n));
  }
}

} // namespace

void replace_file(const std::filesystem::path& file, std::string_view text) {
  auto fresh = file;
  fresh += ".new";
  descriptor fd{fresh, O_WRONLY | O_CREAT | O_TRUNC};
  give_to_owner_of_directory(fd.get(), fresh);
  write_all(fd.get(), text, fresh);
  if (fsync(fd.get()) != 0)
    throw_errno(fresh, "can't be written");
  if (std::rename(fresh.c_str(), file.c_str()) != 0)
    throw_errno(file, "can't be replaced");
  descriptor directory{file.parent_path(), O_RDONLY | O_DIRECTORY};
  if (fsync(directory.get()) != 0)
    throw_errno(file, "can't be kept");
}

} // namespace atalaya::store
