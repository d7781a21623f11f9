#include "operations/sidecar.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/reflect/read_json.hpp"

namespace atalaya {

namespace {

constexpr auto max_size = off_t{1} << 20;

/// The whole text of the regular file `fd`.
std::optional<std::string> text_of(int fd) {
  struct stat info{};
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)
      || info.st_size > max_size)
    return std::nullopt;
  std::string text(static_cast<size_t>(info.st_size), '\0');
  for (size_t done = 0; done < text.size();) {
    auto n = read(fd, text.data() + done, text.size() - done);
    if (n <= 0)
      return std::nullopt;
    done += static_cast<size_t>(n);
  }
  return text;
}

} // namespace

std::optional<backup> read_sidecar(int folder, const std::string& name) {
  auto fd = openat(folder, name.c_str(),
                   O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    return std::nullopt;
  auto text = text_of(fd);
  close(fd);
  if (!text)
    return std::nullopt;
  try {
    simdjson::ondemand::parser parser;
    return read_json<backup>(parser, simdjson::padded_string{*text});
  } catch (const json_error&) {
    return std::nullopt;
  }
}

backup joined(backup told, const backup& seen) {
  if (told.size != seen.size) {
    told.sha256.reset();
    told.verified.reset();
  }
  told.id = seen.id;
  told.database = seen.database;
  told.filename = seen.filename;
  told.format = seen.format;
  told.size = seen.size;
  return told;
}

} // namespace atalaya
