#include "operations/context.hpp"

namespace atalaya {

context::context(job todo, workshop common)
  : what(std::move(todo)),
    shop(std::move(common)),
    engine(shop.engine),
    journal_{what.operation, what.plan.name, {}} {
  // nop
}

void context::phase(std::string name, std::optional<uint64_t> total) {
  std::lock_guard guard{mutex_};
  progress_ = {std::move(name), 0, total};
  caf::anon_send(what.reports, progress_);
}

void context::advance(uint64_t bytes) {
  std::lock_guard guard{mutex_};
  progress_.done += bytes;
  caf::anon_send(what.reports, progress_);
}

void context::log(const std::string& line) {
  caf::anon_send(what.reports, atom::log_v, line, false);
}

void context::warn(const std::string& line) {
  caf::anon_send(what.reports, atom::log_v, line, true);
}

void context::check_cancelled() const {
  if (cancelled())
    throw net::wait_cancelled{};
}

void context::will_leave(leftover x) {
  journal_.leftovers.push_back(std::move(x));
  shop.journal.write(journal_);
}

void context::leaves_behind() {
  leaves_behind_ = true;
}

void context::clean() {
  if (!journal_.leftovers.empty() && !leaves_behind_)
    shop.journal.remove(what.operation);
}

} // namespace atalaya
