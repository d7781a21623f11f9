#pragma once

#include <span>
#include <string_view>

namespace atalaya::config {

/// The word of `known` that `typed` was probably meant to be: at most a third
/// of its letters, and never more than three, are other, missing or too many.
/// Empty where there is none.
std::string_view
nearest(std::string_view typed, std::span<const std::string_view> known);

} // namespace atalaya::config
