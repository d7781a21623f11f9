#include "operations/recover.hpp"

#include <filesystem>
#include <ranges>

#include "odoo/filestore_links.hpp"
#include "operations/container_links.hpp"
#include "operations/sidecar.hpp"

namespace atalaya {

namespace {

std::string remove_part(const leftover& x) {
  auto ec = std::error_code{};
  if (!std::filesystem::remove(x.place))
    return {};
  // With its folder, unless that holds others.
  std::filesystem::remove(std::filesystem::path{x.place}.parent_path(), ec);
  return "its unfinished file " + x.place + " was removed";
}

/// A sidecar is written just before its backup gets its name.
std::string remove_sidecar(const leftover& x) {
  std::filesystem::path backup{x.place};
  auto sidecar = backup.filename().string() + ".json";
  std::filesystem::remove(backup.parent_path() / unfinished_sidecar(sidecar));
  if (!std::filesystem::exists(backup))
    std::filesystem::remove(backup.parent_path() / sidecar);
  return {};
}

std::string remove_links(const leftover& x) {
  auto count = odoo::sweep_filestore_links(
    x.place, [&](const std::string& name) { return name == x.name; });
  return count > 0 ? "its links to the filestore were removed" : "";
}

std::string remove_folder(const leftover& x, const workshop& shop) {
  net::engine_client engine{shop.engine};
  remove_links_inside(engine, x.place, x.name);
  return "its links in the container " + x.place + " were removed";
}

std::string remove(const leftover& x, const workshop& shop) {
  switch (x.kind) {
    case leftover_kind::part:
      return remove_part(x);
    case leftover_kind::sidecar:
      return remove_sidecar(x);
    case leftover_kind::filestore_links:
      return remove_links(x);
    case leftover_kind::container_folder:
      return remove_folder(x, shop);
  }
  return {};
}

} // namespace

std::map<std::string, std::vector<std::string>> recover(const workshop& shop) {
  std::map<std::string, std::vector<std::string>> result;
  std::vector<std::string> problems;
  for (const auto& entry : shop.journal.read(problems)) {
    auto& told = result[entry.operation];
    auto all = true;
    // The last one first: a folder goes with what was made in it first.
    for (const auto& x : entry.leftovers | std::views::reverse) {
      try {
        if (auto done = remove(x, shop); !done.empty())
          told.push_back(std::move(done));
      } catch (const std::exception& e) {
        all = false;
        told.push_back("what it left could not be removed: " + x.place + ' '
                       + x.name + ": " + e.what());
      }
    }
    if (all)
      shop.journal.remove(entry.operation);
  }
  for (auto& x : problems)
    result[""].push_back("the journal has an entry that can't be read: " + x);
  return result;
}

} // namespace atalaya
