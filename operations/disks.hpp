#pragma once

#include "actors/messages.hpp"

namespace atalaya {

/// The file systems of all places in `x` that are known and there. Where the
/// backups' folder has not been made yet, it is that of its next folder up.
std::vector<disk> disks_of(const survey_request& x);

} // namespace atalaya
