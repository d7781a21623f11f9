#include "operations/filestores.hpp"

namespace atalaya {

namespace {

/// Changed folders read in one go: some ten milliseconds in a big filestore,
/// and an exit is heard in between.
constexpr auto budget = size_t{32};

} // namespace

filestores::filestores(std::string root) : root_(std::move(root)) {
  // nop
}

std::string filestores::obstacle() const {
  auto ec = std::error_code{};
  odoo::open_filestores(root_, ec);
  if (!ec)
    return {};
  return "the filestore can't be read: " + root_ + ": " + ec.message();
}

bool filestores::advance(const std::string& database, std::string& problem) {
  if (!odoo::is_folder_name(database)) {
    problem = "the database " + database + " can have no filestore";
    return true;
  }
  try {
    auto i = entries_.find(database);
    if (i == entries_.end())
      i = entries_.try_emplace(database, entry{{root_, database}, {}}).first;
    i->second.asked_at = std::chrono::steady_clock::now();
    return i->second.meter.advance(budget);
  } catch (const std::system_error& e) {
    problem = std::string{"the filestore can't be read: "} + e.what();
    return true;
  }
}

uint64_t filestores::bytes(const std::string& database) const {
  auto i = entries_.find(database);
  return i == entries_.end() ? 0 : i->second.meter.size().bytes;
}

void filestores::forget_old() {
  auto limit = std::chrono::steady_clock::now() - std::chrono::hours{1};
  std::erase_if(entries_,
                [&](const auto& x) { return x.second.asked_at < limit; });
}

} // namespace atalaya
