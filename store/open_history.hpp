#pragma once

#include "store/sqlite.hpp"

namespace atalaya::store {

/// Opens history.db at its newest schema. One that is damaged is kept aside as
/// `history.db.corrupt-TIME`, reported, and a new one is begun. Throws
/// `sqlite_error`, and `error` for a newer schema.
connection open_history(const std::filesystem::path& file);

} // namespace atalaya::store
