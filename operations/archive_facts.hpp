#pragma once

#include <filesystem>

#include "actors/entities.hpp"

namespace atalaya {

/// Fills in what nobody has told of a backup in Odoo's format from the archive
/// itself: of which Odoo and PostgreSQL it is, how many modules and files. `fd`
/// is read by offset; `path` is for nobody's eyes. What is no archive, or not
/// yet whole, or has no manifest, tells nothing.
void fill_from_archive(int fd, const std::filesystem::path& path, backup& x);

} // namespace atalaya
