#pragma once

#include "operations/dump.hpp"

namespace atalaya {

/// Reads what the manifest and the proof of a backup need into `to`. Inside
/// the dump's snapshot. Throws net::pg::error.
boost::asio::awaitable<void> read_facts(net::pg::connection& on,
                                        const dump_catalog& catalog,
                                        dump_result& to);

} // namespace atalaya
