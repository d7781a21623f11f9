#pragma once

// What the path of a backup says. On disk it is
// <backups>/<database>/<database>_<YYYY-MM-DD_HH-MM-SS>.zip, the folder's name
// percent-encoded, the time UTC.

#include <optional>
#include <string>
#include <string_view>

#include "actors/entities.hpp"

namespace atalaya {

/// A backup's id: the first 16 hex digits of SHA-256 of `path`, which is below
/// the folder of all backups ("prod/prod_2026-01-02_03-04-05.zip").
std::string backup_id(std::string_view path);

/// Text with %XX replaced by its byte. What is not such a sequence stays.
std::string percent_decoded(std::string_view text);

/// Text as the name of a folder: what is no letter, digit, or one of "-_.~" is
/// written as %XX, and so is a dot at its beginning.
std::string percent_encoded(std::string_view text);

/// "prod_2026-01-02_03-04-05.zip"; `number` above 1 makes it "…-05-2.zip".
std::string backup_filename(const std::string& database, timestamp at,
                            backup_format format, unsigned number);

/// The last `_YYYY-MM-DD_HH-MM-SS` in a file's name.
std::optional<timestamp> time_in_name(std::string_view filename);

/// "x.zip" or "x.dump"; null for anything else, hidden and `.part` files.
std::optional<backup_format> format_of(std::string_view filename);

} // namespace atalaya
