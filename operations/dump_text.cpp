#include "operations/dump_text.hpp"

#include "operations/failure.hpp"

namespace atalaya {

namespace {

constexpr std::string_view complete_line
  = "--\n-- PostgreSQL database dump complete\n--\n";

/// The last of the settings at the head, whatever the version of pg_dump.
constexpr std::string_view last_setting = "\nSET row_security = off;\n";

constexpr std::string_view restrict_line = "\n\\restrict ";
constexpr std::string_view unrestrict_line = "\\unrestrict ";

std::string_view line_at(std::string_view text, size_t begin) {
  return text.substr(begin, text.find('\n', begin) - begin);
}

/// The token of the head's `\restrict`, empty where there is none.
std::string_view restrict_token(std::string_view head) {
  auto at = head.find(restrict_line);
  return at == head.npos ? std::string_view{}
                         : line_at(head, at + restrict_line.size());
}

/// What stands behind the trailer's comment: nothing, or the token's end.
bool ends_well(std::string_view rest, std::string_view token) {
  if (token.empty())
    return rest == "\n" || rest.empty();
  return rest
         == "\n" + std::string{unrestrict_line} + std::string{token} + "\n\n";
}

[[noreturn]] void refuse(const char* why) {
  throw operation_failure{std::string{"what pg_dump printed is not a whole "
                                      "dump: "}
                          + why};
}

} // namespace

dump_sections take_apart(std::string_view text) {
  auto settings = text.find(last_setting);
  if (settings == text.npos)
    refuse("its settings are missing");
  auto body = settings + last_setting.size();
  auto trailer = text.rfind(complete_line);
  if (trailer == text.npos || trailer < body)
    refuse("its last line is missing");
  dump_sections result{text.substr(0, body), text.substr(body, trailer - body),
                       text.substr(trailer)};
  if (!ends_well(result.trailer.substr(complete_line.size()),
                 restrict_token(result.head)))
    refuse("something stands behind its end");
  return result;
}

} // namespace atalaya
