#include "operations/context.hpp"

namespace atalaya {

context::context(job asked, workshop common)
  : what(std::move(asked)),
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
  if (journal_.leftovers.empty() || leaves_behind_)
    return;
  try {
    shop.journal.remove(what.operation);
  } catch (const std::exception& e) {
    // Nothing is left, so that the next start finds nothing to remove.
    warn(std::string{"the journal's entry could not be removed: "} + e.what());
  }
}

} // namespace atalaya
