#include "operations/sidecar.hpp"

#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/reflect/read_json.hpp"
#include "odoo/filestore_folder.hpp"
#include "operations/write_all.hpp"

namespace atalaya {

namespace {

constexpr auto max_size = off_t{1} << 20;

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error{errno, std::generic_category(), what};
}

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

timestamp modified_at(const struct stat& info) {
  namespace chr = std::chrono;
  auto since = chr::seconds{info.st_mtim.tv_sec}
               + chr::nanoseconds{info.st_mtim.tv_nsec};
  return timestamp{chr::floor<chr::milliseconds>(since)};
}

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

std::string unfinished_sidecar(const std::string& name) {
  return '.' + name + ".new";
}

void write_sidecar(int folder, const std::string& name, const backup& x) {
  auto fresh = unfinished_sidecar(name);
  odoo::descriptor fd{
    openat(folder, fresh.c_str(),
           O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)};
  if (!fd)
    fail(name);
  try {
    write_all(fd.get(), to_json(x) + '\n', name);
    if (fsync(fd.get()) != 0
        || renameat(folder, fresh.c_str(), folder, name.c_str()) != 0)
      fail(name);
  } catch (...) {
    unlinkat(folder, fresh.c_str(), 0);
    throw;
  }
  if (fsync(folder) != 0)
    fail(name);
}

backup change_sidecar(const backup_place& of, const backup_change& change) {
  auto path = std::filesystem::path{of.path};
  auto ec = std::error_code{};
  auto folder = odoo::open_folder(path.parent_path(), ec);
  if (ec)
    throw std::system_error{ec, path.parent_path().string()};
  struct stat info{};
  if (fstatat(folder.get(), path.filename().c_str(), &info, AT_SYMLINK_NOFOLLOW)
      != 0)
    fail(of.path);
  auto name = path.filename().string() + ".json";
  auto told = read_sidecar(folder.get(), name);
  auto result = told ? joined(std::move(*told), of.backup, modified_at(info))
                     : of.backup;
  result.note = change.note.value_or(result.note);
  result.pinned = change.pinned.value_or(result.pinned);
  write_sidecar(folder.get(), name, result);
  return result;
}

backup joined(backup told, const backup& seen, timestamp modified) {
  if (told.verified && modified > told.verified->at)
    told.verified.reset();
  if (told.size != seen.size) {
    told.version.reset();
    told.pg_version.reset();
    told.modules.reset();
    told.files.reset();
    told.missing.reset();
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
