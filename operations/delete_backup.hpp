#pragma once

#include "operations/context.hpp"

namespace atalaya {

/// Removes the file of the backup that the request names, and its sidecar. A
/// file that is gone already is no error.
std::optional<std::string> delete_backup(context& ctx);

} // namespace atalaya
