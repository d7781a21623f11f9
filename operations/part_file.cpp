#include "operations/part_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "operations/backup_name.hpp"
#include "operations/failpoint.hpp"
#include "operations/rename_new.hpp"
#include "operations/sidecar.hpp"

namespace atalaya {

namespace {

/// Backups of one database begun in the same second.
constexpr auto most_in_a_second = 100u;

timestamp this_second() {
  return std::chrono::floor<std::chrono::seconds>(now());
}

[[noreturn]] void fail(const std::filesystem::path& path) {
  throw std::system_error{errno, std::generic_category(), path.string()};
}

} // namespace

part_file::part_file(context& ctx)
  : ctx_(ctx),
    created_at_(this_second()),
    folder_name_(percent_encoded(ctx.request.target)),
    folder_path_(std::filesystem::path{ctx.plan.backups} / folder_name_) {
  auto ec = std::error_code{};
  std::filesystem::create_directories(ctx.plan.backups);
  mkdir(folder_path_.c_str(), 0700);
  folder_ = odoo::open_folder(folder_path_, ec);
  if (ec)
    throw std::system_error{ec, folder_path_.string()};
  for (auto number = 1u; !file_; ++number) {
    if (number > most_in_a_second)
      throw operation_failure{"too many backups of this database in one "
                              "second; try again"};
    take_name(number);
  }
}

bool part_file::take_name(unsigned number) {
  name_ = backup_filename(ctx_.request.target, created_at_, ctx_.request.format,
                          number);
  if (faccessat(folder_.get(), name_.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0)
    return false;
  ctx_.will_leave({leftover_kind::part, path().string(), ""});
  file_ = odoo::descriptor{
    openat(folder_.get(), (name_ + ".part").c_str(),
           O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
  if (!file_ && errno != EEXIST)
    fail(path());
  return bool{file_};
}

part_file::~part_file() {
  if (published_)
    return;
  unlinkat(folder_.get(), (name_ + ".part").c_str(), 0);
  if (described_)
    unlinkat(folder_.get(), (name_ + ".json").c_str(), 0);
  rmdir(folder_path_.c_str()); // unless there are others
}

std::filesystem::path part_file::path() const {
  return folder_path_ / (name_ + ".part");
}

std::string part_file::id() const {
  return backup_id(folder_name_ + '/' + name_);
}

void part_file::sync() {
  if (fsync(file_.get()) != 0)
    fail(path());
}

void part_file::publish(backup x) {
  auto final_path = folder_path_ / name_;
  ctx_.will_leave({leftover_kind::sidecar, final_path.string(), ""});
  // The sidecar first: alone it is nothing that anybody sees.
  described_ = true;
  write_sidecar(folder_.get(), name_ + ".json", x);
  failpoint("backup-sidecar-written");
  rename_new(folder_.get(), name_ + ".part", name_);
  published_ = true;
  failpoint("backup-renamed");
  if (fsync(folder_.get()) != 0)
    fail(folder_path_);
}

} // namespace atalaya
