#include "net/engine/utf8.hpp"

#include <cstddef>

namespace atalaya::net {

namespace {

bool within(unsigned x, unsigned low, unsigned high) {
  return x >= low && x <= high;
}

/// Bytes of the well-formed character that `text` begins with; 0: there is
/// none. The ranges are table 3-7 of the Unicode standard.
size_t first_character(std::string_view text) {
  auto at = [text](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  auto tail = [&at](size_t i) { return within(at(i), 0x80, 0xBF); };
  auto lead = at(0);
  if (lead < 0x80)
    return 1;
  if (within(lead, 0xC2, 0xDF))
    return tail(1) ? 2 : 0;
  auto low = lead == 0xE0 ? 0xA0u : lead == 0xF0 ? 0x90u : 0x80u;
  auto high = lead == 0xED ? 0x9Fu : lead == 0xF4 ? 0x8Fu : 0xBFu;
  if (!within(at(1), low, high) || !tail(2))
    return 0;
  if (within(lead, 0xE0, 0xEF))
    return 3;
  return within(lead, 0xF0, 0xF4) && tail(3) ? 4 : 0;
}

} // namespace

std::string valid_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    auto n = first_character(text);
    result += n == 0 ? std::string_view{"\xEF\xBF\xBD"} : text.substr(0, n);
    text.remove_prefix(n == 0 ? 1 : n);
  }
  return result;
}

} // namespace atalaya::net
