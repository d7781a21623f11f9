#pragma once

// Who says what to whom: every typed handle of the program, a comment a
// message. Errors are made with `failure` (actors/messages.hpp).

#include "actors/messages.hpp"

namespace atalaya {

/// The only place that fans out. Keyed state, a sequence, subscribers.
/// A subscriber is any actor that takes (frame_ptr).
using topic_actor = caf::typed_actor<
  // `key` now has this value. Equal to the last one: nothing happens.
  caf::reacts_to<atom::put, std::string, entity>,
  // `key` is no more.
  caf::reacts_to<atom::remove, std::string>,
  // Lines behind those it has.
  caf::reacts_to<atom::log, std::vector<log_entry>>,
  // Sends the subscriber a snapshot, or what it missed, and then all that
  // follows. Subscribing again replaces.
  caf::reacts_to<atom::subscribe, subscription, caf::actor>,
  // Sends the subscriber nothing more.
  caf::reacts_to<atom::leave, caf::actor>,
  // The newest value of every key.
  caf::replies_to<atom::get>::with<topic_view>>;

/// One database: joins what PostgreSQL, the file system and the operations
/// know of it into its entity, and reports that to its instance.
using database_actor = caf::typed_actor<
  // PostgreSQL's side; sent again whenever it changes.
  caf::reacts_to<catalog_row>,
  // Bytes of its filestore, null where it can't be read.
  caf::reacts_to<atom::filestore, std::optional<uint64_t>>,
  // Bytes of all its backups.
  caf::reacts_to<atom::backups, uint64_t>,
  // PostgreSQL does (not) answer.
  caf::reacts_to<atom::reachable, bool>,
  // An operation works on it, or no longer does.
  caf::reacts_to<atom::busy, bool>,
  // The Odoo series that its instance's image has ("19.0"), null: unknown.
  caf::reacts_to<atom::series, std::optional<std::string>>>;

/// One container of an instance, in its role.
using container_actor = caf::typed_actor<
  // What the engine says of it now.
  caf::reacts_to<container_facts>,
  // The engine has no such container.
  caf::reacts_to<atom::gone>,
  // The engine does (not) answer.
  caf::reacts_to<engine_status>>;

/// One backup: its entity, and what people change of it.
using backup_actor = caf::typed_actor<
  // What its file and the sidecar beside it say now.
  caf::reacts_to<backup>,
  // Changed in its sidecar, then answered. errc::unavailable where that can't
  // be written.
  caf::replies_to<backup_change>::with<backup>>;

/// One piece of work. Its function runs on a thread of its own and reports
/// here; this actor owns its entity, its topic and its end.
using operation_actor = caf::typed_actor<
  // Its claims were granted: begin.
  caf::reacts_to<atom::start>,
  // It waits for these operations.
  caf::reacts_to<atom::wait, std::vector<std::string>>,
  // Stop as soon as that is safe; errc::conflict when it has ended.
  caf::replies_to<atom::cancel>::with<operation>,
  // From its thread: how far it is.
  caf::reacts_to<progress>,
  // From its thread: a line for its log; with `true` it is a warning too.
  caf::reacts_to<atom::log, std::string, bool>,
  // From its thread: how it ended. The last message of it that counts.
  caf::reacts_to<outcome>,
  // From itself: progress was held back for long enough.
  caf::reacts_to<atom::tick>>;

/// Decides which operations run at once: the rules are actors/model/lock_table.
using claims_actor = caf::typed_actor<
  // Queues `operation`, which is sent (start) or (wait) in answer.
  caf::reacts_to<claim_request, operation_actor>,
  // The operation has ended, or was cancelled in the queue.
  caf::reacts_to<atom::release, std::string>>;

/// One Odoo instance: aggregates, supervises its children, owns its topic.
using instance_actor = caf::typed_actor<
  // It is to be served like this from now on.
  caf::reacts_to<instance_plan>, caf::reacts_to<engine_status>,
  // A container of its, as it is now.
  caf::reacts_to<container_facts>,
  // The engine has no container with this id (any more).
  caf::reacts_to<atom::gone, std::string>,
  // From its PostgreSQL.
  caf::reacts_to<catalog>,
  // The folder of backups has changed.
  caf::reacts_to<atom::reload>,
  // From its children: their entities, whole.
  caf::reacts_to<database>, caf::reacts_to<container>, caf::reacts_to<backup>,
  caf::reacts_to<operation>,
  // Somebody asks for work; answers the queued operation. errc::not_found for
  // an unknown target.
  caf::replies_to<operation_request>::with<operation>,
  // Cancels the operation `id` for somebody. errc::forbidden, not_found,
  // conflict.
  caf::replies_to<atom::cancel, std::string, principal>::with<operation>,
  // The backup of this id and its file; errc::not_found.
  caf::replies_to<atom::get, std::string>::with<backup_place>,
  // Changes the backup of this id; errc::not_found.
  caf::replies_to<std::string, backup_change>::with<backup>,
  // Its topic.
  caf::replies_to<atom::topic>::with<topic_actor>,
  // Whether an operation of its runs or waits.
  caf::replies_to<atom::busy>::with<bool>,
  // Cancels all that runs or waits; answers when nothing does any more.
  caf::replies_to<atom::stop>::with<caf::unit_t>,
  // From itself: look at the file system; record sizes; make a child again.
  caf::reacts_to<atom::tick>, caf::reacts_to<atom::samples>,
  caf::reacts_to<atom::restart, std::string>>;

/// The root of the tree: finds, starts and restarts instances.
using root_actor = caf::typed_actor<
  // From the engine.
  caf::reacts_to<engine_status>, caf::reacts_to<container_list>,
  caf::reacts_to<container_facts>, caf::reacts_to<atom::gone, std::string>,
  // The instances there are, by name.
  caf::replies_to<atom::instances>::with<std::vector<instance>>,
  // From an instance: its entity.
  caf::reacts_to<instance>,
  // errc::not_found.
  caf::replies_to<atom::instance, std::string>::with<instance_actor>,
  // The topic of this name, e.g. "instances/main"; errc::not_found.
  caf::replies_to<atom::topic, std::string>::with<topic_actor>,
  // From whoever owns a topic: it can be found under this name, until it ends.
  caf::reacts_to<atom::publish, std::string, topic_actor>,
  // The program stops: as for an instance, for all of them.
  caf::replies_to<atom::stop>::with<caf::unit_t>,
  // From itself: an instance may have been gone for long enough;
  // make a child again.
  caf::reacts_to<atom::leave, std::string>,
  caf::reacts_to<atom::restart, std::string>>;

/// The Engine API behind a handle. Sends its watcher engine_status,
/// container_list after each connect, container_facts and (gone, id).
using engine_actor = caf::typed_actor<caf::reacts_to<atom::watch, caf::actor>>;

/// Watches the databases of one PostgreSQL cluster. Sends its listener a
/// catalog whenever it differs from the one before.
using cluster_actor = caf::typed_actor<
  // Reach it like this from now on.
  caf::reacts_to<postgres_target>,
  // Look now, not at the next turn.
  caf::reacts_to<atom::reload>>;

/// Measures filestores and lists backups, on a thread of its own. Cheap where
/// nothing changed since it was last asked for the same.
using surveyor_actor = caf::typed_actor<
  // In turns with others; errc::too_many_requests when it is far behind.
  caf::replies_to<survey_request>::with<survey>,
  // At once: the backups below a folder that holds one folder per database.
  caf::replies_to<atom::backups, std::string>::with<backup_listing>,
  // Changes the sidecar of a backup's file, and answers what it says then.
  // errc::not_found where the file is gone, unavailable where the sidecar can't
  // be written.
  caf::replies_to<backup_place, backup_change>::with<backup>>;

/// What Atalaya itself remembers (history.db).
using history_actor = caf::typed_actor<
  // Writes the operation, or overwrites the row of its id.
  caf::reacts_to<atom::record, operation>,
  caf::reacts_to<atom::log, std::string, std::vector<log_entry>>,
  caf::reacts_to<atom::record, size_sample>,
  caf::reacts_to<atom::record, audit_entry>,
  // Marks what ran or waited when the program died as interrupted; answers
  // those.
  caf::replies_to<atom::recover>::with<std::vector<operation>>,
  caf::replies_to<operation_query>::with<std::vector<operation>>,
  // One operation with its log; errc::not_found.
  caf::replies_to<atom::get, std::string>::with<operation_record>,
  // Samples of a database, oldest first: instance, database, days.
  caf::replies_to<atom::samples, std::string, std::string,
                  uint32_t>::with<std::vector<size_sample>>,
  // The newest `limit` rows, newest first.
  caf::replies_to<atom::audit, uint32_t>::with<std::vector<audit_entry>>>;

/// Users, sign-ins and tokens. See `accounts` in store/.
using accounts_actor = caf::typed_actor<
  // User, password, address. errc::unauthenticated; errc::too_many_requests
  // with the seconds to wait as the sentence's first word.
  caf::replies_to<atom::login, std::string, std::string,
                  std::string>::with<sign_in>,
  // A cookie's secret (false) or a bearer token (true); unauthenticated.
  caf::replies_to<atom::check, std::string, bool>::with<principal>,
  // Ends the sign-in of this cookie's secret, and its sockets.
  caf::replies_to<atom::logout, std::string>::with<caf::unit_t>,
  // `socket` is sent an exit with errc::unauthenticated when the right of
  // `who` is withdrawn.
  caf::reacts_to<atom::watch, principal, caf::actor>,
  // users.toml may have changed: read it again.
  caf::reacts_to<atom::reload>>;

} // namespace atalaya

// Handles that travel inside messages.
CAF_BEGIN_TYPE_ID_BLOCK(atalaya_handles, caf::id_block::atalaya::end)

CAF_ADD_TYPE_ID(atalaya_handles, (atalaya::instance_actor))
CAF_ADD_TYPE_ID(atalaya_handles, (atalaya::operation_actor))
CAF_ADD_TYPE_ID(atalaya_handles, (atalaya::topic_actor))

CAF_END_TYPE_ID_BLOCK(atalaya_handles)
