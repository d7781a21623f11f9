#include "store/users_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "store/atomic_file.hpp"
#include "store/error.hpp"
#include "store/file_lock.hpp"
#include "store/users_toml.hpp"

namespace atalaya::store {

namespace {

using namespace std::chrono_literals;

constexpr size_t max_size = 8 << 20;

std::string read_text(const std::filesystem::path& file) {
  descriptor fd{file, O_RDONLY};
  std::string result;
  char buffer[16384];
  for (;;) {
    auto n = read(fd.get(), buffer, sizeof(buffer));
    if (n < 0 && errno != EINTR)
      throw_errno(file, "can't be read");
    if (n == 0)
      return result;
    result.append(buffer, n < 0 ? 0 : static_cast<size_t>(n));
    if (result.size() > max_size)
      throw error{file.string()
                  + ": larger than 8 MiB; put an older copy in "
                    "its place"};
  }
}

bool reads_back(const std::string& text, const users& x) {
  try {
    return parse_users(text, "") == x;
  } catch (const error&) {
    return false;
  }
}

} // namespace

users read_users(const std::filesystem::path& file) {
  if (access(file.c_str(), F_OK) != 0 && errno == ENOENT)
    return {};
  return parse_users(read_text(file), file.string());
}

void edit_users(const std::filesystem::path& file,
                const std::function<void(users&)>& change) {
  auto lock = file_lock::acquire(file.parent_path() / "users.lock", 10s);
  if (!lock)
    throw error{file.string()
                + ": another command is changing it; try again "
                  "when that has ended"};
  auto x = read_users(file);
  change(x);
  auto text = write_users(x);
  // What can't be read back would lock everybody out.
  if (!reads_back(text, x))
    throw error{file.string()
                + ": the change can't be written down; use "
                  "plain characters"};
  replace_file(file, text);
}

} // namespace atalaya::store
