#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace atalaya::net::web {

/// `text` with each %XX replaced by its byte. Nothing where an escape is
/// broken, or where the result holds a NUL or is not UTF-8.
std::optional<std::string> percent_decode(std::string_view text);

/// `text` with everything but letters, digits and "-._~" escaped.
std::string percent_encode(std::string_view text);

/// The decoded parts of "/api/instances/a%2Fb" between its slashes; nothing
/// where one can't be decoded.
std::optional<std::vector<std::string>> split_path(std::string_view path);

/// "a=1&b=%20" decoded, "+" as a space; nothing where it can't be decoded.
std::optional<std::map<std::string, std::string>>
parse_query(std::string_view text);

/// "https://host:8443" of a URL in its one normal form: lower case, without
/// the scheme's own port. Empty where `url` is not http or https.
std::string origin_of(std::string_view url);

/// Whether two texts are the same but for the case of ASCII letters.
bool same_word(std::string_view a, std::string_view b);

/// `text` without blanks and tabs around it.
std::string_view trimmed(std::string_view text);

} // namespace atalaya::net::web
