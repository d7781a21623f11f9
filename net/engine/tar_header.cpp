#include "net/engine/tar_header.hpp"

#include "net/engine/error.hpp"

namespace atalaya::net {

namespace {

[[noreturn]] void refuse(const char* why) {
  throw engine_error{engine_fault::protocol,
                     std::string{"engine: its archive is not a tar: "} + why};
}

/// A field of text: up to its first zero byte.
std::string text(std::string_view field) {
  return std::string{field.substr(0, field.find('\0'))};
}

/// GNU's way with numbers that need more than eleven octal digits.
uint64_t binary(std::string_view field) {
  uint64_t result = 0;
  for (auto c : field.substr(field.size() - 8))
    result = result << 8 | static_cast<unsigned char>(c);
  return result;
}

uint64_t number(std::string_view field) {
  if (static_cast<unsigned char>(field[0]) & 0x80)
    return binary(field);
  uint64_t result = 0;
  for (auto c :
       field.substr(std::min(field.find_first_not_of(' '), field.size()))) {
    if (c == ' ' || c == '\0')
      break;
    if (c < '0' || c > '7')
      refuse("a number in a header is not octal");
    result = result * 8 + static_cast<uint64_t>(c - '0');
  }
  return result;
}

void check_sum(std::string_view block) {
  constexpr size_t at = 148, length = 8;
  uint64_t sum = 0;
  for (size_t i = 0; i < block.size(); ++i)
    sum += i >= at && i < at + length ? ' '
                                      : static_cast<unsigned char>(block[i]);
  if (sum != number(block.substr(at, length)))
    refuse("a header's checksum is wrong");
}

tar_entry::kind kind_of(char type) {
  switch (type) {
    case '0':
    case '\0':
    case '7':
      return tar_entry::kind::file;
    case '1':
      return tar_entry::kind::hard_link;
    case '2':
      return tar_entry::kind::symlink;
    case '5':
      return tar_entry::kind::folder;
    default:
      return tar_entry::kind::other;
  }
}

} // namespace

tar_entry read_tar_header(std::string_view block, char& type) {
  check_sum(block);
  type = block[156];
  tar_entry result;
  result.name = text(block.substr(0, 100));
  if (block.substr(257, 6) == std::string_view{"ustar\0", 6})
    if (auto prefix = text(block.substr(345, 155)); !prefix.empty())
      result.name = prefix + "/" + result.name;
  result.type = kind_of(type);
  result.link = text(block.substr(157, 100));
  result.mode = static_cast<uint32_t>(number(block.substr(100, 8)));
  result.uid = static_cast<uint32_t>(number(block.substr(108, 8)));
  result.gid = static_cast<uint32_t>(number(block.substr(116, 8)));
  result.size = number(block.substr(124, 12));
  result.mtime = static_cast<int64_t>(number(block.substr(136, 12)));
  return result;
}

} // namespace atalaya::net
