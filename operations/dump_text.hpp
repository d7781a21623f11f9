#pragma once

// The text that pg_dump prints, taken apart so that two of its sections make
// one file again:
//
//   text    := head body trailer
//   head    := comment [`\restrict` token] versions settings
//   trailer := "-- PostgreSQL database dump complete" [`\unrestrict` token]

#include <string>
#include <string_view>

namespace atalaya {

/// Views into the text that was taken apart.
struct dump_sections {
  std::string_view head;
  std::string_view body;
  std::string_view trailer;
};

/// Throws operation_failure for what isn't a whole plain dump: without trailer,
/// without settings, with a `\restrict` that isn't taken back by its own token.
dump_sections take_apart(std::string_view text);

} // namespace atalaya
