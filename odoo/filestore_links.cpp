#include "odoo/filestore_links.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace atalaya::odoo {

namespace {

constexpr auto hidden = ".atalaya";

/// Odoo's own has one level of folders; modules have been seen to make more.
constexpr auto max_depth = 8;

void check(const std::error_code& ec, const std::filesystem::path& where) {
  if (ec)
    throw std::system_error{ec, where.string()};
}

enum class file_kind { gone, file, folder, other };

struct seen_file {
  file_kind kind = file_kind::gone;
  uint64_t size = 0;
};

seen_file look_at(int folder, const char* name) {
  struct stat info{};
  if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno != ENOENT)
      check({errno, std::generic_category()}, name);
    return {};
  }
  if (S_ISDIR(info.st_mode))
    return {file_kind::folder, 0};
  if (S_ISREG(info.st_mode))
    return {file_kind::file, static_cast<uint64_t>(info.st_size)};
  return {file_kind::other, 0};
}

/// Taken away meanwhile, or made a link. Anything else must not be passed over
/// in silence: what is in there would count as lost before.
bool is_gone(const std::error_code& ec) {
  return ec == std::errc::no_such_file_or_directory
         || ec == std::errc::not_a_directory
         || ec == std::errc::too_many_symbolic_link_levels;
}

} // namespace

filestore_links::filestore_links(std::filesystem::path filestores,
                                 std::string database, const std::string& name)
  : filestore_(filestores / database), name_(name) {
  auto ec = std::error_code{};
  auto home = filestores.parent_path();
  data_dir_ = open_folder(home, ec);
  check(ec, home);
  ours_ = make_folder(data_dir_, hidden, ec);
  check(ec, home / hidden);
  if (mkdirat(ours_.get(), name.c_str(), 0700) != 0)
    check({errno, std::generic_category()}, home / hidden / name);
  top_ = open_folder_beneath(ours_, name, ec);
  check(ec, home / hidden / name);
}

filestore_links::~filestore_links() {
  try {
    remove();
  } catch (const std::system_error&) {
    // Who must know has called `remove`.
  }
}

void filestore_links::remove() {
  remove_beneath(ours_, name_);
  unlinkat(data_dir_.get(), hidden, AT_REMOVEDIR); // unless others are in it
}

size_t filestore_links::pass(const std::atomic<bool>& cancelled) {
  auto before = files_.size();
  auto ec = std::error_code{};
  auto inside = filestore_.parent_path().filename() / filestore_.filename();
  folder all;
  all.from = open_folder_beneath(data_dir_, inside, ec);
  // A database without a file has no filestore yet.
  if (ec == std::errc::no_such_file_or_directory)
    return 0;
  check(ec, filestore_);
  all.to = open_folder_beneath(ours_, name_, ec);
  check(ec, name_);
  link_folder(all, cancelled);
  return files_.size() - before;
}

void filestore_links::link_folder(const folder& x,
                                  const std::atomic<bool>& cancelled) {
  for (const auto& name : names_in(x.from)) {
    if (cancelled)
      return;
    auto kind = look_at(x.from.get(), name.c_str()).kind;
    if (kind == file_kind::file)
      link_file(x, name.c_str());
    else if (kind == file_kind::folder && (x.depth > 0 || name != "checklist"))
      enter(x, name.c_str(), cancelled);
  }
}

void filestore_links::enter(const folder& x, const char* name,
                            const std::atomic<bool>& cancelled) {
  if (x.depth == max_depth)
    throw std::system_error{std::make_error_code(std::errc::filename_too_long),
                            (filestore_ / x.path).string()};
  auto ec = std::error_code{};
  folder inner;
  inner.from = open_folder_beneath(x.from, name, ec);
  if (is_gone(ec))
    return;
  check(ec, filestore_ / x.path / name);
  inner.to = make_folder(x.to, name, ec);
  check(ec, name);
  inner.path = x.path + name + '/';
  inner.depth = x.depth + 1;
  link_folder(inner, cancelled);
}

void filestore_links::link_file(const folder& x, const char* name) {
  if (linkat(x.from.get(), name, x.to.get(), name, 0) != 0) {
    if (errno != EEXIST && errno != ENOENT)
      check({errno, std::generic_category()}, filestore_ / x.path / name);
    return;
  }
  // It may have been exchanged for a symbolic link since we looked.
  auto linked = look_at(x.to.get(), name);
  if (linked.kind == file_kind::file) {
    files_.push_back(x.path + name);
    size_ += linked.size;
  } else {
    unlinkat(x.to.get(), name, 0);
  }
}

descriptor filestore_links::open(const std::string& file) const {
  auto path = std::filesystem::path{file};
  auto ec = std::error_code{};
  auto parent = path.has_parent_path()
                  ? open_folder_beneath(top_, path.parent_path(), ec)
                  : open_folder_beneath(ours_, name_, ec);
  check(ec, filestore_ / file);
  descriptor result{openat(parent.get(), path.filename().c_str(),
                           O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
  if (!result)
    check({errno, std::generic_category()}, filestore_ / file);
  return result;
}

size_t
sweep_filestore_links(const std::filesystem::path& filestores,
                      const std::function<bool(const std::string&)>& is_ours) {
  auto ec = std::error_code{};
  descriptor ours;
  auto home = open_folder(filestores.parent_path(), ec);
  if (!ec)
    ours = open_folder_beneath(home, hidden, ec);
  if (ec == std::errc::no_such_file_or_directory)
    return 0;
  check(ec, filestores.parent_path() / hidden);
  size_t result = 0;
  for (const auto& name : names_in(ours)) {
    if (!is_ours(name))
      continue;
    remove_beneath(ours, name);
    ++result;
  }
  unlinkat(home.get(), hidden, AT_REMOVEDIR);
  return result;
}

} // namespace atalaya::odoo
