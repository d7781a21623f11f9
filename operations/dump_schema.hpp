#pragma once

#include "operations/pg_programs.hpp"

namespace atalaya {

/// The two sections of pg_dump around the rows, to be written as one file.
struct schema_text {
  std::string before; ///< From the first line on.
  std::string after;  ///< With the trailer.
};

/// The schema is larger than the memory that a dump may take.
class schema_too_large : public operation_failure {
public:
  using operation_failure::operation_failure;
};

/// Has pg_dump print both sections at once, in the snapshot that somebody
/// holds. Throws lock_refused where one of them may not lock a table,
/// schema_too_large, and what run_program throws.
boost::asio::awaitable<schema_text>
dump_schema(pg_programs with, std::string snapshot, size_t most);

/// The command of any dump: what Odoo's has (facts/odoo.md 1.1), and a bound
/// for the wait behind a lock that somebody else waits for.
std::vector<std::string> pg_dump_command(const std::string& snapshot,
                                         const std::vector<std::string>& more);

/// Throws lock_refused where `e` says that pg_dump may not lock a table.
void rethrow_refusal(const program_failure& e);

} // namespace atalaya
