#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace atalaya::net {

/// Cuts a stream of text into its lines, however the stream was cut. Holds at
/// most one read and `limit` bytes of an unfinished line.
class line_splitter {
public:
  explicit line_splitter(size_t limit = 1024 * 1024) : limit_(limit) {
    // nop
  }

  /// Throws engine_error when a line has grown beyond the limit.
  void feed(std::string_view bytes);

  /// The next line without its newline, never empty; null: feed more.
  std::optional<std::string> next();

  /// What stands behind the last newline.
  std::string rest() const {
    return text_.substr(begin_);
  }

private:
  size_t limit_;
  std::string text_;
  size_t begin_ = 0; ///< Of the first line that was not handed out.
};

} // namespace atalaya::net
