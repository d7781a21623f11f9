#include "operations/archive_facts.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>

#include "odoo/manifest.hpp"
#include "odoo/zip_reader.hpp"

namespace atalaya {

namespace {

constexpr auto most_manifest = uint64_t{1} << 20;

template <class T>
void fill(std::optional<T>& to, T what) {
  if (!to)
    to = std::move(what);
}

odoo::manifest manifest_in(const odoo::zip_reader& archive) {
  auto member = archive.member("manifest.json");
  if (!member || member->size > most_manifest)
    throw std::runtime_error{"no manifest"};
  std::string text;
  archive.read(*member, [&](std::string_view piece) { text += piece; });
  return odoo::read_manifest(text);
}

bool is_file_of_filestore(const odoo::zip_member& x) {
  return x.name.starts_with("filestore/") && !x.name.ends_with('/');
}

/// "15" of "15.0": Odoo writes the minor version only of servers before 10.
std::string pg_version_of(const odoo::manifest& x) {
  return x.pg_version.ends_with(".0")
           ? x.pg_version.substr(0, x.pg_version.size() - 2)
           : x.pg_version;
}

} // namespace

void fill_from_archive(int fd, const std::filesystem::path& path, backup& x) {
  try {
    odoo::zip_reader archive{fd, path};
    auto told = manifest_in(archive);
    if (!told.major_version.empty())
      fill(x.version, told.major_version);
    if (!told.pg_version.empty())
      fill(x.pg_version, pg_version_of(told));
    fill(x.modules, static_cast<uint32_t>(told.modules.size()));
    auto files = std::ranges::count_if(archive.members(), is_file_of_filestore);
    fill(x.files, static_cast<uint64_t>(files));
  } catch (const std::exception&) {
    // It may be growing still; who wants to know whether it is whole proves it.
  }
}

} // namespace atalaya
