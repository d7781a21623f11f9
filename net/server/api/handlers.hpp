#pragma once

// Every handler of the route table (net/server/routes.cpp), one file a subject.
// What each takes and answers is the public contract's (docs/interface.md).

#include "net/server/call.hpp"

namespace atalaya::net::web::api {

using reply = boost::asio::awaitable<answer>;

// sign_in.cpp
reply login(call& c);
reply logout(call& c);
reply session(call& c);

// instances.cpp
reply list_instances(call& c);
reply get_instance(call& c);
reply list_backups(call& c);
reply database_history(call& c);

// backups.cpp
reply back_up(call& c);
reply download(call& c);
reply change_backup(call& c);
reply remove_backup(call& c);

// containers.cpp
reply start(call& c);
reply stop(call& c);
reply restart(call& c);

// operations.cpp
reply list_operations(call& c);
reply get_operation(call& c);
reply cancel_operation(call& c);

// audit.cpp
reply audit(call& c);

// server.cpp
reply events(call& c);
reply health(call& c);
reply openapi(call& c);

} // namespace atalaya::net::web::api
