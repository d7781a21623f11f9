#include "net/engine/output_frames.hpp"

#include <algorithm>

#include "net/engine/error.hpp"
#include "net/engine/utf8.hpp"

namespace atalaya::net {

namespace {

constexpr size_t header_size = 8;
constexpr size_t longest_sentence = 2'000;

/// As much of a header as there is could be one.
bool plausible(std::string_view x) {
  return static_cast<unsigned char>(x[0]) <= 3
         && x.substr(1, 3).find_first_not_of('\0') == x.npos;
}

uint32_t length_in(std::string_view header) {
  uint32_t result = 0;
  for (auto c : header.substr(4))
    result = result << 8 | static_cast<unsigned char>(c);
  return result;
}

} // namespace

std::string_view name_of(output_source x) {
  return x == output_source::out ? "stdout" : "stderr";
}

void output_frames::feed(std::string_view bytes) {
  text_.erase(0, begin_);
  begin_ = 0;
  text_ += bytes;
}

bool output_frames::read_header() {
  auto header = std::string_view{text_}.substr(begin_, header_size);
  if (header.empty())
    return false;
  if (!plausible(header))
    throw engine_error{engine_fault::protocol,
                       "engine: "
                         + valid_utf8(text_.substr(begin_, longest_sentence))};
  if (header.size() < header_size)
    return false;
  begin_ += header_size;
  left_ = length_in(header);
  piece_.source = static_cast<output_source>(header[0]);
  piece_.first = true;
  return true;
}

std::optional<output_piece> output_frames::next() {
  while (left_ == 0)
    if (!read_header())
      return std::nullopt;
  auto n = std::min<size_t>(left_, text_.size() - begin_);
  if (n == 0)
    return std::nullopt;
  auto result = piece_;
  result.bytes = text_.substr(begin_, n);
  begin_ += n;
  left_ -= static_cast<uint32_t>(n);
  piece_.first = false;
  return result;
}

} // namespace atalaya::net
