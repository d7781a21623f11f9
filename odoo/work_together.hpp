#pragma once

#include <cstddef>
#include <functional>

namespace atalaya::odoo {

/// How many threads work on an archive where nobody says: one for each core,
/// 16 at most, as each takes some MiB.
size_t archive_threads();

/// Runs `f`, which must not throw, on `threads` threads, the caller's among
/// them, and returns when all have ended. Where the machine gives fewer
/// threads, on those.
void work_together(size_t threads, const std::function<void()>& f);

} // namespace atalaya::odoo
