#pragma once

#include "operations/filestore_source.hpp"

namespace atalaya {

/// By hard links in the volume itself. Throws std::system_error where that is
/// not possible.
std::unique_ptr<filestore_source> open_linked_filestore(context& ctx);

} // namespace atalaya
