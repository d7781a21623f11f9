#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace atalaya::odoo {

/// What manifest.json of a backup says: facts/odoo.md 1.1. The same in Odoo 14
/// to 19; what a file lacks is empty.
struct manifest {
  std::string db_name;
  std::string version; ///< "19.0", or "19.0-20260723" in nightly builds.
  /// [19, 0, 0, "final", 0, ""]; the first is "saas~18" in such releases.
  std::vector<std::variant<int64_t, std::string>> version_info;
  std::string major_version; ///< "19.0"
  std::string pg_version;    ///< As of `manifest_pg_version`.
  /// Installed modules and their versions, which may be null.
  std::vector<std::pair<std::string, std::optional<std::string>>> modules;

  bool operator==(const manifest&) const = default;
};

/// The version of PostgreSQL as Odoo writes it, of what PQserverVersion says:
/// 150018 becomes "15.0", for Odoo counts as PostgreSQL did before 10.
std::string manifest_pg_version(int server_version);

/// The file as Odoo writes it. Strings must be UTF-8.
std::string write_manifest(const manifest& x);

/// Reads such a file. Keys that nobody knows are left out; those that are
/// missing are empty. Throws std::runtime_error for what is no JSON object, for
/// a key of the wrong type, and for more than 16 MiB.
manifest read_manifest(std::string_view json);

} // namespace atalaya::odoo
