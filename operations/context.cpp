#include "operations/context.hpp"

namespace atalaya {

context::context(operation_request asked, instance_plan planned,
                 operation_actor reports, cancel_flag cancelled,
                 net::engine_client client)
  : request(std::move(asked)),
    plan(std::move(planned)),
    engine(std::move(client)),
    reports_(std::move(reports)),
    cancelled_(std::move(cancelled)) {
  // nop
}

void context::phase(std::string name, std::optional<uint64_t> total) {
  progress_ = {std::move(name), 0, total};
  caf::anon_send(reports_, progress_);
}

void context::advance(uint64_t bytes) {
  progress_.done += bytes;
  caf::anon_send(reports_, progress_);
}

void context::log(const std::string& line) {
  caf::anon_send(reports_, atom::log_v, line, false);
}

void context::warn(const std::string& line) {
  caf::anon_send(reports_, atom::log_v, line, true);
}

} // namespace atalaya
