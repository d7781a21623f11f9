#pragma once

#include <functional>

#include "net/engine/client.hpp"

namespace atalaya::net {

/// One line of what an engine says while it fetches an image.
struct pull_progress {
  std::string layer;  ///< Empty where the line is about the whole image.
  std::string status; ///< "Downloading"
  uint64_t done = 0;  ///< Bytes.
  uint64_t total = 0; ///< 0: not known.
  bool operator==(const pull_progress&) const = default;
};

/// Reads one line of POST /images/create. Throws engine_error for one that
/// tells of a failure: it comes inside an answer whose status was 200.
pull_progress read_pull_progress(std::string_view json);

/// Fetches `image` ("odoo:19", "host:5000/odoo@sha256:…"), telling of each
/// line. Ending the coroutine cancels the pull. Throws engine_error.
boost::asio::awaitable<void>
pull(engine_client& from, std::string image,
     std::function<void(const pull_progress&)> tell);

} // namespace atalaya::net
