#include "store/operation_json.hpp"

#include <spdlog/spdlog.h>

#include "actors/reflect/read_json.hpp"

namespace atalaya::store {

std::optional<operation> read_operation(std::string_view text) {
  try {
    simdjson::ondemand::parser parser;
    simdjson::padded_string padded{text};
    return read_json<operation>(parser, padded);
  } catch (const json_error& e) {
    spdlog::warn("an operation in history.db is left out: {}", e.message());
    return std::nullopt;
  }
}

} // namespace atalaya::store
