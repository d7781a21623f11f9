#pragma once

// What people see: each entity of the API and of the events, declared once.
// From these declarations come CAF's messages, the JSON of API and events, the
// strict reader and ui/src/protocol.ts. Names, order and nulls are those of
// the public contract (docs/interface.md): change both in one commit.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/reflect/inspect.hpp"
#include "actors/reflect/time.hpp"

namespace atalaya {

BOOST_DEFINE_FIXED_ENUM_CLASS(role, uint8_t, viewer, operator_, admin)

BOOST_DEFINE_FIXED_ENUM_CLASS(instance_state, uint8_t, ok, engine_unreachable,
                              postgres_unreachable, incomplete)

BOOST_DEFINE_FIXED_ENUM_CLASS(disk_use, uint8_t, filestore, backups, postgres)

/// One file system that an instance lives on, in bytes.
struct disk {
  disk_use for_ = disk_use::filestore;
  uint64_t total = 0;
  uint64_t free = 0;
  bool operator==(const disk&) const = default;
};
BOOST_DESCRIBE_STRUCT(disk, (), (for_, total, free))

/// Bytes of a whole instance: sums of what its databases show.
struct instance_sizes {
  uint64_t database = 0;
  uint64_t filestore = 0;
  uint64_t backups = 0;
  uint64_t total = 0;
  bool operator==(const instance_sizes&) const = default;
};
BOOST_DESCRIBE_STRUCT(instance_sizes, (), (database, filestore, backups, total))

struct instance {
  std::string name;
  std::optional<std::string> version;
  instance_state state = instance_state::incomplete;
  std::optional<std::string> detail;
  instance_sizes sizes;
  std::vector<disk> disks;
  std::optional<std::string> odoo_url;
  bool operator==(const instance&) const = default;
};
BOOST_DESCRIBE_STRUCT(instance, (),
                      (name, version, state, detail, sizes, disks, odoo_url))

BOOST_DEFINE_FIXED_ENUM_CLASS(database_state, uint8_t, ready, busy, starting,
                              unreachable, foreign, other_version)

/// Bytes of one database. What can't be had is null, and `state` says why.
struct database_sizes {
  std::optional<uint64_t> database;
  std::optional<uint64_t> filestore;
  uint64_t backups = 0;
  uint64_t total = 0;
  bool operator==(const database_sizes&) const = default;
};
BOOST_DESCRIBE_STRUCT(database_sizes, (), (database, filestore, backups, total))

struct database {
  std::string name;
  std::optional<std::string> version;
  database_state state = database_state::starting;
  bool neutralized = false;
  std::optional<uint32_t> outdated_modules;
  uint32_t warnings = 0;
  uint32_t connections = 0;
  database_sizes sizes;
  std::optional<timestamp> sized_at;
  bool operator==(const database&) const = default;
};
BOOST_DESCRIBE_STRUCT(database, (),
                      (name, version, state, neutralized, outdated_modules,
                       warnings, connections, sizes, sized_at))

BOOST_DEFINE_FIXED_ENUM_CLASS(container_role, uint8_t, odoo, postgres)

struct container {
  container_role role = container_role::odoo;
  std::string name;
  std::string id;
  std::string image;
  std::string image_id;
  std::string state; ///< The engine's word, or "missing" or "unreachable".
  std::optional<std::string> health;
  std::optional<timestamp> started_at;
  std::optional<int32_t> exit_code;
  std::optional<std::string> detail;
  std::optional<bool> newer_image;
  bool operator==(const container&) const = default;
};
BOOST_DESCRIBE_STRUCT(container, (),
                      (role, name, id, image, image_id, state, health,
                       started_at, exit_code, detail, newer_image))

BOOST_DEFINE_FIXED_ENUM_CLASS(backup_format, uint8_t, zip, dump)
BOOST_DEFINE_FIXED_ENUM_CLASS(backup_source, uint8_t, manual, scheduled, safety,
                              imported, remote, found)
BOOST_DEFINE_FIXED_ENUM_CLASS(proof_kind, uint8_t, read, restored)

struct proof {
  timestamp at;
  bool ok = false;
  proof_kind how = proof_kind::read;
  std::string detail;
  bool operator==(const proof&) const = default;
};
BOOST_DESCRIBE_STRUCT(proof, (), (at, ok, how, detail))

struct backup {
  std::string id;
  std::string database;
  std::string filename;
  backup_format format = backup_format::zip;
  uint64_t size = 0;
  timestamp created_at;
  std::optional<std::string> created_by;
  std::optional<std::chrono::milliseconds> duration;
  backup_source source = backup_source::found;
  std::optional<std::string> version;
  std::optional<std::string> pg_version;
  std::optional<uint32_t> modules;
  std::optional<uint64_t> files;
  std::optional<uint64_t> missing;
  std::optional<std::string> sha256;
  std::optional<proof> verified;
  std::string note;
  bool pinned = false;
  std::vector<std::string> copies;
  bool operator==(const backup&) const = default;
};
BOOST_DESCRIBE_STRUCT(backup, (),
                      (id, database, filename, format, size, created_at,
                       created_by, duration, source, version, pg_version,
                       modules, files, missing, sha256, verified, note, pinned,
                       copies))

BOOST_DEFINE_FIXED_ENUM_CLASS(operation_kind, uint8_t, backup, restore, copy,
                              rename, delete_database, create_database,
                              update_modules, verify, import_, delete_backup,
                              neutralized_download, fetch, push, start, stop,
                              restart, pull, undo)

BOOST_DEFINE_FIXED_ENUM_CLASS(operation_state, uint8_t, queued, running,
                              succeeded, failed, cancelled, interrupted)

struct operation {
  std::string id;
  std::string instance;
  operation_kind kind = operation_kind::start;
  std::string target;
  std::string requested_by;
  operation_state state = operation_state::queued;
  std::vector<std::string> waits_for;
  std::string phase;
  uint64_t done = 0;
  std::optional<uint64_t> total;
  timestamp queued_at;
  std::optional<timestamp> started_at;
  std::optional<timestamp> finished_at;
  std::optional<std::string> error;
  std::vector<std::string> warnings;
  std::optional<std::string> result;
  std::optional<timestamp> undo_until;
  bool operator==(const operation&) const = default;
};
BOOST_DESCRIBE_STRUCT(operation, (),
                      (id, instance, kind, target, requested_by, state,
                       waits_for, phase, done, total, queued_at, started_at,
                       finished_at, error, warnings, result, undo_until))

/// Whether `x` is a state that no later message may change.
constexpr bool ended(operation_state x) {
  return x != operation_state::queued && x != operation_state::running;
}

/// One line of an operation's log, valid UTF-8, without its newline.
struct log_entry {
  timestamp at;
  std::string text;
  bool operator==(const log_entry&) const = default;
};
BOOST_DESCRIBE_STRUCT(log_entry, (), (at, text))

/// The value of a topic's key.
using entity = std::variant<instance, database, container, backup, operation>;

} // namespace atalaya
