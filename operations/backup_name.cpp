#include "operations/backup_name.hpp"

#include <charconv>

#include <sodium.h>

namespace atalaya {

namespace {

/// "_2026-01-02_03-04-05" as RFC 3339, if it has that form.
std::optional<std::string> as_rfc3339(std::string_view text) {
  constexpr std::string_view form = "_0000-00-00_00-00-00";
  if (text.size() < form.size())
    return std::nullopt;
  auto result = std::string{text.substr(1, form.size() - 1)} + 'Z';
  for (size_t i = 0; i < form.size(); ++i) {
    auto digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == '0' ? !digit : text[i] != form[i])
      return std::nullopt;
  }
  result[10] = 'T';
  result[13] = result[16] = ':';
  return result;
}

} // namespace

std::string backup_id(std::string_view path) {
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(
    digest, reinterpret_cast<const unsigned char*>(path.data()), path.size());
  char hex[17];
  sodium_bin2hex(hex, sizeof(hex), digest, 8);
  return hex;
}

std::string percent_decoded(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    auto digits = text.substr(i, 3);
    auto end = digits.data() + digits.size();
    if (digits.size() == 3 && digits[0] == '%'
        && std::from_chars(digits.data() + 1, end, byte, 16).ptr == end) {
      result += static_cast<char>(byte);
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string percent_encoded(std::string_view text) {
  constexpr auto hex = "0123456789ABCDEF";
  constexpr std::string_view plain = "-_.~";
  std::string result;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    auto keep = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z')
                || (byte >= '0' && byte <= '9') || plain.find(c) != plain.npos;
    if (keep && (c != '.' || !result.empty()))
      result += c;
    else
      result.append({'%', hex[byte >> 4], hex[byte & 15]});
  }
  return result;
}

std::string backup_filename(const std::string& database, timestamp at,
                            backup_format format, unsigned number) {
  std::string time;
  append_rfc3339(time, at);
  time.resize(19);
  time[10] = '_';
  time[13] = time[16] = '-';
  auto result = percent_encoded(database) + '_' + time;
  if (number > 1)
    result += '-' + std::to_string(number);
  return result + '.' + to_string(format);
}

std::optional<timestamp> time_in_name(std::string_view filename) {
  for (auto at = filename.rfind('_'); at != filename.npos && at > 0;
       at = filename.rfind('_', at - 1))
    if (auto text = as_rfc3339(filename.substr(at)))
      if (auto time = parse_rfc3339(*text))
        return time;
  return std::nullopt;
}

std::optional<backup_format> format_of(std::string_view filename) {
  if (filename.starts_with('.'))
    return std::nullopt;
  if (filename.ends_with(".zip"))
    return backup_format::zip;
  if (filename.ends_with(".dump"))
    return backup_format::dump;
  return std::nullopt;
}

} // namespace atalaya
