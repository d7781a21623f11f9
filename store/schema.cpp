#include "store/schema.hpp"

#include <array>

#include "store/error.hpp"

namespace atalaya::store {

namespace {

// Times are milliseconds since 1970, sizes are bytes. `entity` is the
// operation's JSON: a change of that type needs a script that changes it here.
constexpr auto version_1 = R"(
CREATE TABLE operations (
  id TEXT PRIMARY KEY,
  instance TEXT NOT NULL,
  state TEXT NOT NULL,
  queued_at INTEGER NOT NULL,
  entity TEXT NOT NULL
);
CREATE INDEX operations_by_time ON operations (queued_at);
CREATE INDEX operations_by_instance ON operations (instance, queued_at);
CREATE INDEX operations_by_state ON operations (state, queued_at);

CREATE TABLE operation_log (
  operation TEXT NOT NULL,
  line INTEGER NOT NULL,
  at INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (operation, line)
) WITHOUT ROWID;
CREATE TRIGGER operation_forgotten AFTER DELETE ON operations BEGIN
  DELETE FROM operation_log WHERE operation = old.id;
END;

CREATE TABLE size_samples (
  instance TEXT NOT NULL,
  "database" TEXT NOT NULL,
  at INTEGER NOT NULL,
  database_size INTEGER,
  filestore_size INTEGER,
  backups_size INTEGER NOT NULL,
  total_size INTEGER NOT NULL,
  PRIMARY KEY (instance, "database", at)
) WITHOUT ROWID;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  user TEXT NOT NULL,
  address TEXT NOT NULL,
  verb TEXT NOT NULL,
  object TEXT NOT NULL,
  outcome TEXT NOT NULL
);

-- id is the SHA-256 of the cookie's secret; credential changes when the
-- user's password or role does.
CREATE TABLE sign_ins (
  id TEXT PRIMARY KEY,
  user TEXT NOT NULL,
  credential TEXT NOT NULL,
  created INTEGER NOT NULL,
  seen INTEGER NOT NULL
) WITHOUT ROWID;
)";

constexpr std::array scripts{version_1};

int64_t version_of(connection& db) {
  return db.number("PRAGMA user_version");
}

} // namespace

std::span<const char* const> history_migrations() {
  return scripts;
}

void migrate(connection& db, std::span<const char* const> steps) {
  auto known = static_cast<int64_t>(steps.size());
  while (version_of(db) < known) {
    transaction change{db};
    // Another process may have done it while this one waited for the lock.
    auto version = version_of(db);
    if (version < known) {
      db.execute(steps[static_cast<size_t>(version)]);
      db.execute("PRAGMA user_version = " + std::to_string(version + 1));
    }
    change.commit();
  }
  if (auto version = version_of(db); version > known)
    throw error{db.file().string() + ": a newer Atalaya wrote it (schema "
                + std::to_string(version) + ", this one knows "
                + std::to_string(known)
                + "); start that version, or move the file away"};
}

} // namespace atalaya::store
