#include "operations/delete_backup.hpp"

#include <filesystem>

#include <unistd.h>

#include "odoo/filestore_folder.hpp"
#include "operations/sidecar.hpp"

namespace atalaya {

namespace {

void remove_file(const odoo::descriptor& folder, const std::string& name) {
  // A sidecar's name may be too long to be one.
  if (unlinkat(folder.get(), name.c_str(), 0) != 0 && errno != ENOENT
      && errno != ENAMETOOLONG)
    throw std::system_error{errno, std::generic_category(), name};
}

} // namespace

std::optional<std::string> delete_backup(context& ctx) {
  auto path = std::filesystem::path{ctx.what.backup.path};
  ctx.phase("deleting");
  auto ec = std::error_code{};
  auto folder = odoo::open_folder(path.parent_path(), ec);
  if (ec == std::errc::no_such_file_or_directory)
    return std::nullopt;
  if (ec)
    throw std::system_error{ec, path.parent_path().string()};
  // The backup first: a sidecar alone is nothing that anybody sees.
  auto name = path.filename().string();
  // The pin may have come while this waited.
  if (auto told = read_sidecar(folder.get(), name + ".json");
      told && told->pinned)
    throw operation_failure{"this backup is pinned; take the pin off first"};
  remove_file(folder, name);
  remove_file(folder, name + ".json");
  fsync(folder.get());
  ctx.log(path.string() + " is deleted");
  return std::nullopt;
}

} // namespace atalaya
