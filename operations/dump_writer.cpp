#include "operations/dump_writer.hpp"

#include "net/engine/blocking.hpp"

namespace atalaya {

dump_writer::block::block(dump_writer& to) : to_(to), lock_(to.mutex_) {
  // nop
}

void dump_writer::block::write(std::string_view bytes) {
  if (to_.stopped_())
    throw net::wait_cancelled{};
  to_.sink_(bytes);
  to_.written_ += bytes.size();
  to_.progress_(bytes.size());
}

dump_writer::dump_writer(dump_sink sink, dump_progress progress,
                         std::function<bool()> stopped)
  : sink_(std::move(sink)),
    progress_(std::move(progress)),
    stopped_(std::move(stopped)) {
  // nop
}

void dump_writer::append(std::string_view bytes) {
  block whole{*this};
  whole.write(bytes);
}

uint64_t dump_writer::written() {
  std::scoped_lock lock{mutex_};
  return written_;
}

} // namespace atalaya
