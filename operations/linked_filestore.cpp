#include "operations/linked_filestore.hpp"

#include <sys/stat.h>

#include "odoo/filestore_links.hpp"
#include "operations/failpoint.hpp"

namespace atalaya {

namespace {

class linked_filestore : public filestore_source {
public:
  linked_filestore(context& ctx, const std::string& name)
    : ctx_(ctx), links_(ctx.plan.filestore, ctx.request.target, name) {
    // nop
  }

  ~linked_filestore() override {
    try {
      links_.remove();
    } catch (const std::system_error& e) {
      ctx_.leaves_behind();
      ctx_.warn(std::string{"the links to the filestore could not be removed: "}
                + e.what());
    }
  }

  void pass() override {
    auto count = links_.pass(ctx_.cancelled());
    ctx_.check_cancelled();
    ctx_.log(std::to_string(count) + " files linked");
    failpoint("backup-linked");
  }

  uint64_t size() override {
    return links_.size();
  }

  void add_to(odoo::zip_writer& to, const filestore_wish& wish) override {
    auto next = links_.files().begin();
    auto take = [&]() -> std::optional<odoo::file_to_zip> {
      for (; next != links_.files().end(); ++next)
        if (auto file = open_wanted(*next, wish))
          return odoo::file_to_zip{"filestore/" + *next++, std::move(*file)};
      return std::nullopt;
    };
    auto done = [&](odoo::zipped_file x) {
      x.name.erase(0, x.name.find('/') + 1);
      wish.done(std::move(x));
    };
    odoo::zip_files_options options;
    options.cancelled = &ctx_.cancelled();
    options.progress = [&](uint64_t bytes) { ctx_.advance(bytes); };
    odoo::zip_files(to, take, done, options);
  }

private:
  std::optional<odoo::descriptor>
  open_wanted(const std::string& file, const filestore_wish& wish) const {
    auto result = links_.open(file);
    struct stat info{};
    if (fstat(result.get(), &info) != 0)
      throw std::system_error{errno, std::generic_category(), file};
    if (!wish.wanted(file, info.st_mtim.tv_sec))
      return std::nullopt;
    return result;
  }

  context& ctx_;
  odoo::filestore_links links_;
};

} // namespace

std::unique_ptr<filestore_source> open_linked_filestore(context& ctx) {
  auto name = ctx.shop.server_id + '-' + ctx.what.operation;
  ctx.will_leave({leftover_kind::filestore_links, ctx.plan.filestore, name});
  auto result = std::make_unique<linked_filestore>(ctx, name);
  result->pass();
  return result;
}

} // namespace atalaya
