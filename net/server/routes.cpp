#include <array>

#include "net/server/api/handlers.hpp"

namespace atalaya::net::web {

namespace {

constexpr auto anybody = std::nullopt;

// Method, path, who may at least, name in the audit, handler, what it does.
constexpr auto table = std::to_array<route>({
  {"POST", "/api/login", anybody, "login", api::login,
   "Signs in; the answer sets the cookie"},
  {"POST", "/api/logout", role::viewer, "logout", api::logout,
   "Ends the sign-in and its sockets"},
  {"GET", "/api/session", role::viewer, "", api::session, "Who is signed in"},
  {"GET", "/api/instances", role::viewer, "", api::list_instances,
   "All instances"},
  {"GET", "/api/instances/{I}", role::viewer, "", api::get_instance,
   "An instance with all that belongs to it"},
  {"GET", "/api/instances/{I}/databases/{D}/history", role::viewer, "",
   api::database_history, "A database's sizes over time"},
  {"GET", "/api/instances/{I}/backups", role::viewer, "", api::list_backups,
   "Backups, newest first"},
  {"POST", "/api/instances/{I}/databases/{D}/backups", role::operator_,
   "backup", api::back_up, "Backs up a database"},
  {"GET", "/api/instances/{I}/backups/{B}/file", role::operator_, "download",
   api::download, "The file of a backup"},
  {"PATCH", "/api/instances/{I}/backups/{B}", role::operator_, "change",
   api::change_backup, "Changes a backup's note or pin"},
  {"DELETE", "/api/instances/{I}/backups/{B}", role::admin, "delete",
   api::remove_backup, "Deletes a backup"},
  {"POST", "/api/instances/{I}/containers/{C}/start", role::operator_, "start",
   api::start, "Starts a container"},
  {"POST", "/api/instances/{I}/containers/{C}/stop", role::admin, "stop",
   api::stop, "Stops a container"},
  {"POST", "/api/instances/{I}/containers/{C}/restart", role::operator_,
   "restart", api::restart, "Restarts a container"},
  {"GET", "/api/operations", role::viewer, "", api::list_operations,
   "Operations, newest first"},
  {"GET", "/api/operations/{O}", role::viewer, "", api::get_operation,
   "An operation with its log"},
  {"POST", "/api/operations/{O}/cancel", role::operator_, "cancel",
   api::cancel_operation, "Cancels an operation"},
  {"GET", "/api/audit", role::admin, "", api::audit, "Who did what"},
  {"GET", "/api/events", role::viewer, "", api::events,
   "The WebSocket of events, subprotocol atalaya.v1"},
  {"GET", "/api/openapi.json", role::viewer, "", api::openapi,
   "This description"},
  {"GET", "/healthz", anybody, "", api::health, "Whether the server lives"},
});

} // namespace

std::span<const route> routes() {
  return table;
}

} // namespace atalaya::net::web
