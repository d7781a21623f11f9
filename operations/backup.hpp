#pragma once

#include "operations/context.hpp"

namespace atalaya {

/// Backs up the database that the request names, while Odoo goes on working:
/// as a zip in Odoo's own format, or as pg_dump's archive without the
/// filestore. Proved before it is visible; returns the backup's id.
std::optional<std::string> make_backup(context& ctx);

} // namespace atalaya
