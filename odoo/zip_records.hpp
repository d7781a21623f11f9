#pragma once

// The records of a zip archive: APPNOTE.TXT 6.3.10, sections 4.3.7 to 4.3.16
// and 4.5.3. Written as Python's zipfile writes them for Odoo
// (facts/odoo.md 1.1).

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

namespace atalaya::odoo::zip {

constexpr auto local_signature = uint32_t{0x04034b50};
constexpr auto central_signature = uint32_t{0x02014b50};
constexpr auto end_signature = uint32_t{0x06054b50};
constexpr auto end64_signature = uint32_t{0x06064b50};
constexpr auto locator64_signature = uint32_t{0x07064b50};

constexpr auto local_size = size_t{30};
constexpr auto central_size = size_t{46};
constexpr auto end_size = size_t{22};
constexpr auto end64_size = size_t{56};
constexpr auto locator64_size = size_t{20};

/// In a field of 16 or 32 bits: the number is in the zip64 record instead.
constexpr auto in_zip64_16 = uint16_t{0xffff};
constexpr auto in_zip64_32 = uint32_t{0xffffffff};
constexpr auto zip64_tag = uint16_t{1};

enum class method : uint8_t { stored = 0, deflated = 8 };

/// One member, as the records know it.
struct entry {
  std::string_view name;
  zip::method method = method::stored;
  uint32_t time = 0; ///< As `dos_time` makes it.
  uint32_t crc = 0;
  uint64_t packed = 0; ///< Bytes in the archive.
  uint64_t size = 0;   ///< Bytes of the content.
  uint64_t offset = 0; ///< Of the local header.
};

/// A time in UTC, date in the upper half. Times outside 1980 to 2107 become
/// the nearest that fits.
uint32_t dos_time(std::time_t x);

/// The header before the content. With `large` its sizes have 64 bits, and its
/// length is the same whatever they are.
std::string local_header(const entry& x, bool large);

void append_central_header(const entry& x, std::string& out);

/// What follows the central directory.
std::string end_records(uint64_t members, uint64_t offset, uint64_t size);

} // namespace atalaya::odoo::zip
