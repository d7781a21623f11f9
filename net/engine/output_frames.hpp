#pragma once

// What a container without a terminal prints comes in frames:
//
//   frame := source(1) 0 0 0 length(4, big endian) payload(length)

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace atalaya::net {

/// Where a piece of output comes from; the values are the wire's.
enum class output_source : uint8_t { input, out, err, engine };

/// "stdout" or "stderr", as the public contract has it; what the engine itself
/// has to say counts as stderr.
std::string_view name_of(output_source x);

/// A whole frame or a part of one.
struct output_piece {
  output_source source = output_source::out;
  bool first = false; ///< It begins a frame.
  std::string bytes;
  bool operator==(const output_piece&) const = default;
};

/// Takes the frames apart, wherever the stream was cut. Holds one read.
class output_frames {
public:
  void feed(std::string_view bytes);

  /// The next piece; null: feed more. Throws engine_error with the text where
  /// the engine says something in plain words instead of a frame.
  std::optional<output_piece> next();

private:
  bool read_header();

  std::string text_;
  size_t begin_ = 0;
  output_piece piece_; ///< Its source and `first`, for what comes next.
  uint32_t left_ = 0;  ///< Of the frame's payload.
};

} // namespace atalaya::net
