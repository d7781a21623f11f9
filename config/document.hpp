#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/error.hpp"

namespace atalaya::config {

/// A value of a TOML file and where it stands. Only the field of its type has
/// a meaning.
struct node {
  enum class kind { flag, number, fraction, text, time, list, table };

  /// "a whole number", "a text", …
  static std::string_view describe(kind x);

  std::string key; ///< Empty for the root and for members of a list.
  position key_at;
  position at;
  kind type = kind::table;
  bool flag = false;
  int64_t number = 0;
  std::string text;
  std::vector<node> members; ///< Of a list or table.
};

/// Reads `file`, at most 1 MiB, as TOML. Throws `error` where it can't be read
/// or is not TOML.
node read_document(const std::filesystem::path& file);

} // namespace atalaya::config
