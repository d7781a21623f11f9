#pragma once

// The vocabulary: every type, atom and error that two actors may exchange.
// Entities, which people see as well, are in actors/entities.hpp. All of it
// are values, fit to travel between two machines, but for `frame_ptr`.

#include <memory>

#include "actors/entities.hpp"
#include "actors/model/container_facts.hpp"
#include "actors/model/instance_plan.hpp"
#include "actors/model/lock_table.hpp"

namespace atalaya {

/// Why a request was refused: the closed list of the public contract's codes.
/// The sentence for people is the error's context, see `failure`.
enum class errc : uint8_t {
  invalid = 1,
  unauthenticated,
  forbidden,
  not_found,
  conflict,
  too_large,
  unprocessable,
  too_many_requests,
  internal,
  unavailable,
};

std::string to_string(errc x);

/// An error with a sentence that says what is wrong and what to do.
caf::error failure(errc code, std::string sentence);

/// The code of `err`; anything that is not ours (a dead actor, a timeout) is
/// `unavailable` or `internal`.
errc code_of(const caf::error& err);

/// The sentence given to `failure`, or a description of a foreign error.
std::string sentence_of(const caf::error& err);

/// Whether the engine answers, and as what.
struct engine_status {
  bool reachable = false;
  std::string detail; ///< Why not, or "Docker 20.10.24, API 1.41".
  bool operator==(const engine_status&) const = default;
};
BOOST_DESCRIBE_STRUCT(engine_status, (), (reachable, detail))

/// All containers there are, sent after every (re)connect to the engine.
struct container_list {
  std::vector<container_facts> containers;
  bool operator==(const container_list&) const = default;
};
BOOST_DESCRIBE_STRUCT(container_list, (), (containers))

/// One database as PostgreSQL and its own tables describe it.
struct catalog_row {
  std::string name;
  uint32_t connections = 0;
  std::optional<uint64_t> size; ///< Bytes; null where it could not be read.
  std::optional<timestamp> sized_at;
  /// Of the module `base`: "19.0.1.3"; null when Odoo has not (yet) made it
  /// or it could not be read.
  std::optional<std::string> base_version;
  bool has_modules = false; ///< It has Odoo's table of modules.
  bool neutralized = false;
  bool listed = true; ///< Odoo's own rule (facts/odoo.md 1.3) lists it.
  bool operator==(const catalog_row&) const = default;
};
BOOST_DESCRIBE_STRUCT(catalog_row, (),
                      (name, connections, size, sized_at, base_version,
                       has_modules, neutralized, listed))

/// All databases of one PostgreSQL cluster; whole each time.
struct catalog {
  bool reachable = false;
  std::string detail;         ///< Why not.
  std::string server_version; ///< "15.18"
  std::vector<catalog_row> databases;
  bool operator==(const catalog&) const = default;
};
BOOST_DESCRIBE_STRUCT(catalog, (),
                      (reachable, detail, server_version, databases))

/// What a surveyor is to look at. Empty text: not known, or not readable here.
struct survey_request {
  std::string filestore;     ///< Folder that holds one folder per database.
  std::string backups;       ///< Folder of the backups.
  std::string postgres_data; ///< PostgreSQL's data directory.
  std::vector<std::string> databases; ///< Whose filestores to measure.
  bool operator==(const survey_request&) const = default;
};
BOOST_DESCRIBE_STRUCT(survey_request, (),
                      (filestore, backups, postgres_data, databases))

/// What one look at the file system found of an instance.
struct survey {
  std::map<std::string, uint64_t> filestores; ///< Bytes by database.
  bool filestores_readable = false;
  std::string detail; ///< Why something could not be read.
  std::vector<disk> disks;
  bool operator==(const survey&) const = default;
};
BOOST_DESCRIBE_STRUCT(survey, (),
                      (filestores, filestores_readable, detail, disks))

/// The backups in one folder.
struct backup_listing {
  std::vector<backup> backups; ///< Newest first.
  /// Where each lies below the folder, by its id.
  std::map<std::string, std::string> paths;
  std::string detail; ///< What could not be listed.
  bool operator==(const backup_listing&) const = default;
};
BOOST_DESCRIBE_STRUCT(backup_listing, (), (backups, paths, detail))

/// A backup and its file.
struct backup_place {
  struct backup backup;
  std::string path; ///< Whole.
  bool operator==(const backup_place&) const = default;
};
BOOST_DESCRIBE_STRUCT(backup_place, (), (backup, path))

/// What people change of a backup; null: stays.
struct backup_change {
  std::optional<std::string> note;
  std::optional<bool> pinned;
  bool operator==(const backup_change&) const = default;
};
BOOST_DESCRIBE_STRUCT(backup_change, (), (note, pinned))

/// What somebody asks an instance to do.
struct operation_request {
  operation_kind kind = operation_kind::start;
  std::string target; ///< Database, backup id, or "odoo" or "postgres".
  std::string requested_by;
  enum role role = role::viewer; ///< Of who asks.
  bool force = false;
  std::string note;                          ///< Of the backup to be made.
  backup_format format = backup_format::zip; ///< Likewise.
  bool operator==(const operation_request&) const = default;
};
BOOST_DESCRIBE_STRUCT(operation_request, (),
                      (kind, target, requested_by, role, force, note, format))

/// How far an operation is; sent by its thread while it runs.
struct progress {
  std::string phase;
  uint64_t done = 0;
  std::optional<uint64_t> total;
  bool operator==(const progress&) const = default;
};
BOOST_DESCRIBE_STRUCT(progress, (), (phase, done, total))

/// How an operation's function ended.
struct outcome {
  operation_state state = operation_state::succeeded;
  std::optional<std::string> error;
  std::optional<std::string> result;
  bool operator==(const outcome&) const = default;
};
BOOST_DESCRIBE_STRUCT(outcome, (), (state, error, result))

/// A newest-first question to the history of operations.
struct operation_query {
  std::optional<std::string> instance;
  std::optional<operation_state> state;
  uint32_t limit = 100;
  bool operator==(const operation_query&) const = default;
};
BOOST_DESCRIBE_STRUCT(operation_query, (), (instance, state, limit))

struct operation_record {
  struct operation operation;
  std::vector<log_entry> log;
  bool operator==(const operation_record&) const = default;
};
BOOST_DESCRIBE_STRUCT(operation_record, (), (operation, log))

/// A database's sizes at one moment, in bytes.
struct size_sample {
  timestamp at;
  std::string instance;
  std::string database;
  database_sizes sizes;
  bool operator==(const size_sample&) const = default;
};
BOOST_DESCRIBE_STRUCT(size_sample, (), (at, instance, database, sizes))

struct audit_entry {
  timestamp at;
  std::string user;
  std::string address;
  std::string verb;
  std::string object;
  std::string outcome;
  bool operator==(const audit_entry&) const = default;
};
BOOST_DESCRIBE_STRUCT(audit_entry, (),
                      (at, user, address, verb, object, outcome))

/// Who is asking, once the secret they carry has been checked.
struct principal {
  std::string user;
  enum role role = role::viewer;
  std::string sign_in; ///< Id of the cookie's sign-in or of the token.
  bool operator==(const principal&) const = default;
};
BOOST_DESCRIBE_STRUCT(principal, (), (user, role, sign_in))

/// A fresh sign-in: the secret goes into the cookie and is kept nowhere else.
struct sign_in {
  principal who;
  std::string secret;
  bool operator==(const sign_in&) const = default;
};
BOOST_DESCRIBE_STRUCT(sign_in, (), (who, secret))

/// What a client wants of a topic.
struct subscription {
  std::string topic;
  std::optional<uint64_t> after;
  std::optional<std::string> epoch;
  std::optional<uint32_t> tail;
  bool operator==(const subscription&) const = default;
};
BOOST_DESCRIBE_STRUCT(subscription, (), (topic, after, epoch, tail))

/// A topic as it is now; values are JSON, encoded once.
struct topic_view {
  std::string epoch;
  uint64_t seq = 0;
  std::map<std::string, std::string> entities;
  bool operator==(const topic_view&) const = default;
};
BOOST_DESCRIBE_STRUCT(topic_view, (), (epoch, seq, entities))

/// One event, encoded once and shared read-only by every session it goes to.
struct frame {
  enum class kind : uint8_t {
    control, ///< Sent as it is, in its place.
    state,   ///< A newer one of the same topic and key replaces it.
    log,     ///< May be dropped, oldest first, and is then counted.
  };
  enum kind kind = kind::control;
  std::string topic;
  std::string key;
  uint64_t seq = 0;
  uint32_t lines = 0; ///< How many log lines it holds.
  std::string json;   ///< One object, without a newline behind it.
};

using frame_ptr = std::shared_ptr<const frame>;

} // namespace atalaya

CAF_ERROR_CODE_ENUM(atalaya::errc, "atalaya")

#include "actors/type_ids.hpp"
