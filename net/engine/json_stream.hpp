#pragma once

#include <functional>

#include "net/engine/line_splitter.hpp"
#include "net/engine/response.hpp"

namespace atalaya::net {

/// An answer that goes on and on: one JSON object a line, each read into a T.
/// Whoever reads one must go on reading: an engine waits for slow readers, and
/// silently drops what they miss (facts/engine-backups-security.md A.5).
template <class T>
class json_stream {
public:
  using reader = T (*)(std::string_view json);

  json_stream(response from, reader read)
    : from_(std::move(from)), read_(read) {
    // nop
  }

  /// The next object; null when the engine has ended the stream. Throws
  /// engine_error.
  boost::asio::awaitable<std::optional<T>> next() {
    for (;;) {
      if (auto line = lines_.next())
        co_return read_(*line);
      auto piece = co_await from_.next();
      if (!piece)
        co_return std::nullopt;
      lines_.feed(*piece);
    }
  }

private:
  response from_;
  reader read_;
  line_splitter lines_;
};

} // namespace atalaya::net
