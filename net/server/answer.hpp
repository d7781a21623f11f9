#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/messages.hpp"

namespace atalaya::net::web {

class file_part;

/// What goes back for a request.
struct answer {
  unsigned status = 200;
  std::string type; ///< Empty: there is no body.
  std::string body;
  std::string_view file; ///< Sent instead of `body`; lives with the program.
  std::shared_ptr<file_part> part; ///< Likewise, from the disk.
  std::string cache = "no-store";
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<errc> refusal; ///< Set by `problem`.
  /// The connection becomes the WebSocket of this principal instead.
  std::optional<principal> socket_for;

  /// What is sent at once: nothing of a `part`.
  std::string_view bytes() const {
    return file.empty() ? std::string_view{body} : file;
  }

  uint64_t length() const;
};

/// 200, or `status`, with `json` as the body.
answer json_answer(std::string json, unsigned status = 200);

/// An RFC 9457 problem with the status of `code`, or another one that HTTP
/// itself asks for. A code of too_many_requests gets its Retry-After from the
/// number that `detail` begins with.
answer problem(errc code, std::string_view detail, unsigned status = 0);

/// The status that the public contract gives `code`.
unsigned status_of(errc code);

/// "Not Found" for 404.
std::string_view reason_of(unsigned status);

/// Status line and headers as they go over the wire, security headers and all.
/// @param close  the connection ends behind this answer
/// @param tls    it went over TLS of our own
std::string head_of(const answer& x, bool close, bool tls);

/// Thrown by handlers: ends the request with a problem.
class refused : public std::runtime_error {
public:
  refused(errc code, const std::string& sentence)
    : std::runtime_error(sentence), code_(code) {
    // nop
  }

  explicit refused(const caf::error& err)
    : refused(code_of(err), sentence_of(err)) {
    // nop
  }

  errc code() const noexcept {
    return code_;
  }

private:
  errc code_;
};

/// The value, or the error thrown as `refused`.
template <class T>
T or_refuse(caf::expected<T> x) {
  if (!x)
    throw refused{x.error()};
  if constexpr (!std::is_same_v<T, caf::unit_t>)
    return std::move(*x);
  else
    return caf::unit;
}

} // namespace atalaya::net::web
