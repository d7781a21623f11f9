#include "odoo/archive_proof.hpp"

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include <unistd.h>

#include "odoo/digest.hpp"
#include "odoo/work_together.hpp"

namespace atalaya::odoo {

namespace {

constexpr auto max_listed = size_t{100};

constexpr auto read_size = size_t{256} << 10;

constexpr auto dump_name = std::string_view{"dump.sql"};

struct cancelled_error {};

/// What all threads share.
class prover {
public:
  prover(int fd, const std::filesystem::path& path,
         const archive_proof_options& options)
    : fd_(fd), path_(path), options_(options) {
    // nop
  }

  archive_proof run() {
    std::jthread whole{[this] { guarded(&prover::hash_file); }};
    guarded(&prover::prove_members);
    whole.join();
    if (stopped_)
      throw std::system_error{
        std::make_error_code(std::errc::operation_canceled), path_.string()};
    result_.content = content_;
    std::ranges::sort(result_.problems);
    return std::move(result_);
  }

private:
  /// Turns what goes wrong into a problem of the archive.
  void guarded(void (prover::*f)()) {
    try {
      (this->*f)();
    } catch (const cancelled_error&) {
      stopped_ = true;
    } catch (const std::exception& e) {
      note(e.what());
    }
  }

  void note(std::string problem) {
    std::unique_lock guard{mutex_};
    ++result_.problem_count;
    if (result_.problems.size() < max_listed)
      result_.problems.push_back(std::move(problem));
  }

  void check_in() {
    if (stopped_ || (options_.cancelled && *options_.cancelled))
      throw cancelled_error{};
  }

  void hash_file() {
    digest by{digest::algorithm::sha256};
    std::string buffer(read_size, '\0');
    auto offset = uint64_t{0};
    while (true) {
      check_in();
      auto n = pread(fd_, buffer.data(), buffer.size(),
                     static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        throw std::system_error{errno, std::generic_category(), path_.string()};
      if (n == 0)
        break;
      by.update(std::string_view{buffer}.substr(0, static_cast<size_t>(n)));
      offset += static_cast<uint64_t>(n);
    }
    result_.size = offset;
    result_.sha256 = by.hex();
  }

  void prove_members() {
    archive_ = std::make_unique<zip_reader>(fd_, path_, options_.limits);
    auto& members = archive_->members();
    result_.members = members.size();
    for (auto name : {dump_name, std::string_view{"manifest.json"}})
      if (!archive_->member(name))
        note(std::string{name} + " is missing");
    // The longest first: at the end all threads shall have something to do.
    for (const auto& x : members)
      queue_.push_back(&x);
    std::ranges::sort(queue_, std::greater{}, &zip_member::packed);
    work_together(options_.threads, [this] { guarded(&prover::work); });
  }

  void work() {
    digest sha1{digest::algorithm::sha1};
    for (auto i = next_++; i < queue_.size(); i = next_++) {
      try {
        prove(*queue_[i], sha1);
      } catch (const std::exception& e) {
        note(e.what());
        sha1.hex(); // Begins anew.
      }
    }
  }

  void prove(const zip_member& x, digest& sha1) {
    check_in();
    auto expected = sha1_in(x.name);
    auto is_dump = x.name == dump_name;
    dump_proof dump;
    archive_->read(x, [&](std::string_view piece) {
      check_in();
      if (expected)
        sha1.update(piece);
      if (is_dump)
        dump.update(piece);
      content_ += piece.size();
      if (options_.progress)
        options_.progress(piece.size());
    });
    if (is_dump)
      if (auto why = dump.problem(); !why.empty())
        note(x.name + " " + why);
    if (expected)
      judge(x, sha1.hex() == *expected);
  }

  void judge(const zip_member& x, bool fits) {
    auto before = options_.damaged_before;
    auto known = !fits && before && before->contains(x.name);
    if (!fits && !known) {
      note(x.name + " is damaged: its content doesn't fit its name");
      return;
    }
    std::unique_lock guard{mutex_};
    ++(known ? result_.damaged : result_.attachments);
  }

  int fd_;
  const std::filesystem::path& path_;
  const archive_proof_options& options_;
  std::unique_ptr<zip_reader> archive_;
  std::vector<const zip_member*> queue_;
  std::atomic<size_t> next_ = 0;
  std::atomic<uint64_t> content_ = 0;
  std::atomic<bool> stopped_ = false;
  std::mutex mutex_; ///< Guards problems and counts while threads run.
  archive_proof result_;
};

} // namespace

std::optional<std::string_view> sha1_in(std::string_view member) {
  constexpr auto prefix = std::string_view{"filestore/"};
  constexpr auto digits = std::string_view{"0123456789abcdef"};
  if (!member.starts_with(prefix))
    return std::nullopt;
  auto file = member.substr(member.rfind('/') + 1);
  auto folder = member.substr(prefix.size(), member.rfind('/') - prefix.size());
  // Odoo 14 keeps folders of three digits that it has.
  auto is_attachment = file.size() == 40 && folder.size() >= 2
                       && folder.size() <= 3 && file.starts_with(folder)
                       && file.find_first_not_of(digits) == file.npos;
  return is_attachment ? std::optional{file} : std::nullopt;
}

archive_proof prove_archive(int fd, const std::filesystem::path& path,
                            const archive_proof_options& options) {
  return prover{fd, path, options}.run();
}

} // namespace atalaya::odoo
