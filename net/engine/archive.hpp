#pragma once

#include <optional>
#include <string>

#include "net/engine/client.hpp"
#include "net/engine/tar_reader.hpp"

namespace atalaya::net {

/// A file or a folder of a container, as it comes from the engine. Works for
/// containers that are stopped as well.
class archive {
public:
  explicit archive(response from) : from_(std::move(from)) {
    // nop
  }

  /// The next member; what was not read of the one before is skipped. Null at
  /// the end. Throws engine_error, also when the archive ends too early.
  boost::asio::awaitable<std::optional<tar_entry>> next();

  /// The next bytes of the member, never empty; null at its end.
  boost::asio::awaitable<std::optional<std::string>> data();

private:
  boost::asio::awaitable<void> read();

  response from_;
  tar_reader tar_;
};

/// Begins to read `path` of a container; null when there is no such path, or
/// no such container. `silence` bounds the wait for each piece.
boost::asio::awaitable<std::optional<archive>>
open_archive(engine_client& from, std::string container, std::string path,
             std::chrono::milliseconds silence = std::chrono::seconds{60});

/// The text of a file, its symbolic links followed inside the container; null
/// when there is none, or it isn't a file. Throws engine_error, also when it
/// has more than `limit` bytes.
boost::asio::awaitable<std::optional<std::string>>
read_file(engine_client& from, std::string container, std::string path,
          size_t limit);

} // namespace atalaya::net
