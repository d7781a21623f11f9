#include "operations/container_filestore.hpp"

#include <algorithm>
#include <set>
#include <sstream>
#include <thread>

#include "net/engine/archive.hpp"
#include "odoo/digest.hpp"
#include "operations/container_links.hpp"
#include "operations/failpoint.hpp"

namespace atalaya {

namespace {

using namespace std::chrono_literals;

/// A file up to this is packed in memory.
constexpr auto small = uint64_t{4} << 20;
constexpr auto most_attempts = 10;

/// "ab/abcdef…" of "NAME/1/ab/abcdef…": what is behind `levels` folders.
std::string below(const std::string& member, int levels) {
  size_t at = 0;
  for (; levels > 0 && at != std::string::npos; --levels)
    at = member.find('/', at == 0 ? 0 : at + 1);
  return at == std::string::npos ? "" : member.substr(at + 1);
}

/// Files that Odoo deletes while they are linked are no failure. A cp that was
/// killed says nothing.
bool only_gone(const net::exec_result& cp) {
  std::istringstream lines{cp.err};
  for (std::string line; std::getline(lines, line);)
    if (line.find("No such file or directory") == line.npos)
      return false;
  return cp.exit_code == 1 && !cp.err.empty();
}

class container_filestore : public filestore_source {
public:
  explicit container_filestore(context& ctx) : ctx_(ctx) {
    inside_ = ctx.plan.filestore_inside;
    auto home = inside_.substr(0, inside_.rfind('/'));
    folder_ = home + "/.atalaya/" + ctx.shop.server_id + '-'
              + ctx.what.operation;
    auto odoo = ctx.wait(ctx.engine.inspect(ctx.plan.odoo_container));
    running_ = odoo.state == "running";
    if (!running_)
      return;
    // By its name: one that is made anew has another id, and the same volume.
    ctx.will_leave({leftover_kind::container_folder, odoo.name, folder_});
    run({"mkdir", "-p", "-m", "700", folder_});
  }

  ~container_filestore() override {
    if (!running_)
      return;
    try {
      remove_links();
    } catch (const std::exception& e) {
      ctx_.leaves_behind();
      ctx_.warn("the links in " + ctx_.plan.odoo_container + ":" + folder_
                + " could not be removed: " + e.what());
    }
  }

  void pass() override {
    if (!running_)
      return;
    // Each pass has a folder of its own: not every cp knows how to leave
    // alone what is there.
    auto to = folder_ + '/' + std::to_string(++passes_);
    auto database = inside_ + '/' + ctx_.request.target;
    auto there = ctx_.wait(execute({"test", "-d", database}));
    if (there.exit_code == 1)
      return;
    if (there.exit_code != 0)
      throw operation_failure{"no program can be run in "
                              + ctx_.plan.odoo_container + ": " + there.err};
    auto found = ctx_.wait(execute({"cp", "-al", "--", database, to}));
    if (found.exit_code != 0 && !only_gone(found))
      throw operation_failure{"the filestore can't be linked in "
                              + ctx_.plan.odoo_container + ": " + found.err};
    failpoint("backup-linked-inside");
  }

  uint64_t size() override {
    // Of a container that doesn't run nothing can be told before it is read.
    if (!running_)
      return ctx_.what.filestore_size;
    return 1024 * std::stoull(run({"du", "-sk", "--", folder_}));
  }

  void add_to(odoo::zip_writer& to, const filestore_wish& wish) override {
    if (!running_) {
      ctx_.wait(read(inside_ + '/' + ctx_.request.target, 1, to, wish));
      return;
    }
    auto linked = count_links();
    ctx_.wait(read(folder_, 2, to, wish));
    if (came_ != linked)
      throw operation_failure{std::to_string(linked) + " files were linked in "
                              + ctx_.plan.odoo_container + ", and "
                              + std::to_string(came_)
                              + " came through the engine"};
  }

private:
  boost::asio::awaitable<net::exec_result>
  execute(std::vector<std::string> command) {
    return run_inside(ctx_.engine, ctx_.plan.odoo_container,
                      std::move(command));
  }

  /// What a command prints that must end well.
  std::string run(std::vector<std::string> command) {
    auto program = command.front();
    auto result = ctx_.wait(execute(std::move(command)));
    if (result.exit_code != 0)
      throw operation_failure{program + " fails in " + ctx_.plan.odoo_container
                              + ": " + result.err};
    return result.out;
  }

  /// Not cancelled by what cancelled the operation. A cp that it interrupted
  /// may go on for a moment, and put links into what is being removed.
  void remove_links() {
    for (auto attempt = 1;; ++attempt) {
      try {
        remove_links_inside(ctx_.engine, ctx_.plan.odoo_container, folder_);
        return;
      } catch (const operation_failure&) {
        if (attempt == most_attempts)
          throw;
      }
      std::this_thread::sleep_for(1s);
    }
  }

  /// Of both passes.
  uint64_t count_links() {
    return std::stoull(
      run({"sh", "-c", "find \"$1\" -type f -print0 | tr -cd '\\0' | wc -c",
           "sh", folder_}));
  }

  boost::asio::awaitable<void> read(std::string from, int levels,
                                    odoo::zip_writer& to,
                                    const filestore_wish& wish) {
    auto tar = co_await net::open_archive(ctx_.engine, ctx_.plan.odoo_container,
                                          from);
    if (!tar)
      co_return; // A database without a file has no filestore yet.
    for (;;) {
      auto x = co_await tar->next();
      if (!x)
        co_return;
      if (x->type == net::tar_entry::kind::symlink)
        symlinks_.insert(x->name);
      came_ += x->type == net::tar_entry::kind::file
               || (x->type == net::tar_entry::kind::hard_link
                   && !symlinks_.contains(x->link));
      auto file = below(x->name, levels);
      if (x->type != net::tar_entry::kind::file || file.empty()
          || file.starts_with("checklist/") || !wish.wanted(file, x->mtime)
          || !seen_.insert(file).second)
        continue;
      co_await add(*tar, *x, file, to, wish);
    }
  }

  boost::asio::awaitable<void>
  add(net::archive& tar, const net::tar_entry& x, const std::string& file,
      odoo::zip_writer& to, const filestore_wish& wish) {
    odoo::digest sha1{odoo::digest::algorithm::sha1};
    auto name = "filestore/" + file;
    std::string whole;
    std::optional<odoo::zip_text> large;
    if (x.size > small)
      large.emplace(to, name, x.mtime);
    for (;;) {
      auto piece = co_await tar.data();
      if (!piece)
        break;
      sha1.update(*piece);
      ctx_.advance(piece->size());
      if (large)
        large->append(*piece);
      else
        whole += *piece;
    }
    odoo::zipped_file result{file, x.size, 0, sha1.hex()};
    if (large)
      result.crc = large->finish().crc;
    else
      to.add(name, whole, x.mtime);
    wish.done(std::move(result));
  }

  context& ctx_;
  std::string inside_; ///< The folder of all filestores, in the container.
  std::string folder_; ///< Ours, in the container.
  bool running_ = false;
  int passes_ = 0;
  uint64_t came_ = 0; ///< Files and links to them, in the archive of `folder_`.
  std::set<std::string> seen_;
  std::set<std::string> symlinks_; ///< Planted; they may be linked themselves.
};

} // namespace

std::unique_ptr<filestore_source> open_container_filestore(context& ctx) {
  if (ctx.plan.odoo_container.empty() || ctx.plan.filestore_inside.empty())
    throw operation_failure{"this instance has no Odoo container that is "
                            "known, so that its filestore can't be read; set "
                            "`filestore` to its folder"};
  auto result = std::make_unique<container_filestore>(ctx);
  result->pass();
  return result;
}

} // namespace atalaya
