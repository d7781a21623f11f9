#include "store/open_history.hpp"

#include <spdlog/spdlog.h>

#include "actors/reflect/time.hpp"
#include "store/schema.hpp"

namespace atalaya::store {

namespace {

connection open_migrated(const std::filesystem::path& file) {
  connection result{file};
  migrate(result);
  return result;
}

/// "history.db.corrupt-2026-11-22T14:13:00.120Z"
std::filesystem::path name_aside(const std::filesystem::path& file) {
  namespace chr = std::chrono;
  auto now = atalaya::now();
  auto result = file.string() + ".corrupt-";
  append_rfc3339(result, now);
  return result;
}

/// With its WAL, which belongs to it by its name.
void set_aside(const std::filesystem::path& file, const char* why) {
  auto aside = name_aside(file);
  spdlog::error("{}; it is kept as {} and a new one is begun", why,
                aside.filename().string());
  std::filesystem::rename(file, aside);
  for (auto suffix : {"-wal", "-shm"}) {
    std::error_code not_there;
    std::filesystem::rename(file.string() + suffix, aside.string() + suffix,
                            not_there);
  }
}

} // namespace

connection open_history(const std::filesystem::path& file) {
  try {
    return open_migrated(file);
  } catch (const sqlite_error& e) {
    if (!e.corrupt())
      throw;
    set_aside(file, e.what());
  }
  return open_migrated(file);
}

} // namespace atalaya::store
