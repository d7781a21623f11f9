#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "actors/entities.hpp"

namespace atalaya::store {

/// The operation that `text` holds; nothing, and a line in the log, where it
/// is damaged.
std::optional<operation> read_operation(std::string_view text);

} // namespace atalaya::store
