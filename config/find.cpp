#include "config/find.hpp"

#include <cstdlib>

namespace atalaya::config {

std::optional<std::filesystem::path>
find_file(const std::string& option, const std::filesystem::path& usual) {
  if (!option.empty())
    return option;
  auto variable = std::getenv("ATALAYA_CONFIG");
  if (variable != nullptr && *variable != '\0')
    return variable;
  // What exists and can't be looked at is an error that `load` reports.
  std::error_code failed;
  auto status = std::filesystem::status(usual, failed);
  if (status.type() == std::filesystem::file_type::not_found)
    return std::nullopt;
  return usual;
}

} // namespace atalaya::config
