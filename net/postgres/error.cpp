#include "net/postgres/error.hpp"

#include <algorithm>

namespace atalaya::net::pg {

namespace {

bool is_sqlstate(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
  });
}

/// What the server said: "FATAL:  28P01: password …" split at its colons.
struct statement {
  std::string sqlstate;
  std::string text;
};

/// Only the first line counts: below it are hints and places in the source.
statement parse(std::string_view message) {
  auto line = message.substr(0, message.find('\n'));
  for (auto at = line.find(":  "); at != line.npos;
       at = line.find(":  ", at + 1)) {
    auto code = line.substr(at + 3);
    if (code.size() > 7 && code.substr(5, 2) == ": "
        && is_sqlstate(code.substr(0, 5)))
      return {std::string{code.substr(0, 5)}, std::string{code.substr(7)}};
  }
  auto failed = line.find(" failed: ");
  return {{},
          std::string{failed == line.npos ? line : line.substr(failed + 9)}};
}

std::string sentence(const peer& whom, const statement& said) {
  auto who = "PostgreSQL at " + address(whom);
  const auto& code = said.sqlstate;
  if (whom.password_wanted)
    return who + " wants a password for role " + whom.role
           + ": none is known; set it in the instance's postgres string";
  if (code == "28P01")
    return who + " refused the password of role " + whom.role
           + ": set the right one in the instance's postgres string";
  if (code == "28000")
    return who + " does not let role " + whom.role + " in: " + said.text;
  if (code == "3D000")
    return who + " has no database " + whom.database;
  if (code == "53300")
    return who + " has no connection left: raise its max_connections";
  if (code == "57P03")
    return who + " is starting or stopping: " + said.text;
  if (!code.empty())
    return who + " refused the connection: " + said.text;
  return who + " can't be reached: "
         + (said.text.empty() ? "the connection ended" : said.text);
}

} // namespace

std::string address(const peer& whom) {
  return whom.host.starts_with('/') ? whom.host + "/.s.PGSQL." + whom.port
                                    : whom.host + ':' + whom.port;
}

error connect_error(const peer& whom, std::string_view text) {
  auto said = parse(text);
  return error{sentence(whom, said), said.sqlstate};
}

} // namespace atalaya::net::pg
