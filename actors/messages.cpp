#include "actors/messages.hpp"

namespace atalaya {

namespace {

/// As given to CAF_ERROR_CODE_ENUM.
constexpr auto category = caf::atom("atalaya");

} // namespace

std::string to_string(errc x) {
  switch (x) {
    case errc::invalid:
      return "invalid";
    case errc::unauthenticated:
      return "unauthenticated";
    case errc::forbidden:
      return "forbidden";
    case errc::not_found:
      return "not_found";
    case errc::conflict:
      return "conflict";
    case errc::too_large:
      return "too_large";
    case errc::unprocessable:
      return "unprocessable";
    case errc::too_many_requests:
      return "too_many_requests";
    case errc::internal:
      return "internal";
    case errc::unavailable:
      return "unavailable";
  }
  return "internal";
}

caf::error failure(errc code, std::string sentence) {
  return caf::make_error(code, std::move(sentence));
}

errc code_of(const caf::error& err) {
  if (err.category() == category)
    return static_cast<errc>(err.code());
  return err == caf::sec::request_timeout
             || err == caf::sec::request_receiver_down
           ? errc::unavailable
           : errc::internal;
}

std::string sentence_of(const caf::error& err) {
  if (err.category() == category && err.context().match_elements<std::string>())
    return err.context().get_as<std::string>(0);
  return "the part that answers this did not: " + caf::to_string(err);
}

} // namespace atalaya
