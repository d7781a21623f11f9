#pragma once

#include "operations/filestore_source.hpp"

namespace atalaya {

/// Through the engine: links made by a program in the Odoo container, as the
/// files' owner, and read by the engine's archive call. Where the container
/// doesn't run nobody changes the files, and they are read as they lie. Throws
/// operation_failure, net::engine_error.
std::unique_ptr<filestore_source> open_container_filestore(context& ctx);

} // namespace atalaya
