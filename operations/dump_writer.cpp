#include "operations/dump_writer.hpp"

#include "net/engine/blocking.hpp"

namespace atalaya {

dump_writer::block::block(dump_writer& to) : to_(to), alone_(to.turn_) {
  // nop
}

void dump_writer::block::write(std::string_view bytes) {
  to_.write(bytes);
}

dump_writer::dump_writer(dump_sink sink, dump_progress progress,
                         std::function<bool()> stopped)
  : sink_(std::move(sink)),
    progress_(std::move(progress)),
    stopped_(std::move(stopped)) {
  // nop
}

void dump_writer::append(std::string_view bytes) {
  std::shared_lock beside_others{turn_};
  write(bytes);
}

void dump_writer::write(std::string_view bytes) {
  if (stopped_())
    throw net::wait_cancelled{};
  sink_(bytes);
  std::scoped_lock lock{mutex_};
  written_ += bytes.size();
  progress_(bytes.size());
}

uint64_t dump_writer::written() {
  std::scoped_lock lock{mutex_};
  return written_;
}

} // namespace atalaya
