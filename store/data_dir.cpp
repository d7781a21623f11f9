#include "store/data_dir.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <string>

#include "store/atomic_file.hpp"
#include "store/error.hpp"
#include "store/secret.hpp"

namespace atalaya::store {

namespace {

void make_private(const std::filesystem::path& dir) {
  if (mkdir(dir.c_str(), 0700) == 0)
    return;
  std::error_code failed;
  if (errno != EEXIST)
    throw_errno(dir, "can't be made");
  if (!std::filesystem::is_directory(dir, failed))
    throw error{dir.string()
                + ": is not a directory; move it away, or choose another with "
                  "--data"};
}

void make_folder(const std::filesystem::path& dir) {
  make_private(dir);
  give_to_owner_of_directory(descriptor{dir, O_RDONLY | O_DIRECTORY}.get(),
                             dir);
}

} // namespace

data_dir::data_dir(const std::filesystem::path& root)
  : root_(std::filesystem::absolute(root).lexically_normal()) {
  if (!root_.has_filename())
    root_ = root_.parent_path();
  std::error_code failed;
  std::filesystem::create_directories(root_.parent_path(), failed);
  make_private(root_);
  make_folder(backups());
  make_folder(journal());
}

std::string data_dir::server_id() const {
  auto file = root_ / "server-id";
  std::string result;
  if (std::ifstream{file} >> result)
    return result;
  result = make_id(4);
  replace_file(file, result + '\n');
  return result;
}

file_lock data_dir::lock() const {
  using namespace std::chrono_literals;
  auto file = root_ / "lock";
  // A server that was just told to stop gets a moment to do so.
  if (auto result = file_lock::acquire(file, 500ms)) {
    result->sign();
    return std::move(*result);
  }
  std::string owner;
  std::ifstream{file} >> owner;
  throw error{root_.string() + ": another server uses it (process " + owner
              + "); stop that one, or choose another directory with --data"};
}

} // namespace atalaya::store
