#include "odoo/zip_records.hpp"

#include <algorithm>
#include <concepts>

#include <sys/stat.h>

namespace atalaya::odoo::zip {

namespace {

constexpr auto plain_version = uint16_t{20};
constexpr auto zip64_version = uint16_t{45};
constexpr auto made_on_unix = uint16_t{3 << 8};
constexpr auto name_is_utf8 = uint16_t{0x800};

constexpr auto attributes = uint32_t{S_IFREG | 0644} << 16;

template <std::unsigned_integral... Ts>
void put(std::string& out, Ts... xs) {
  auto put_one = [&](auto x) {
    for (auto i = size_t{0}; i < sizeof(x); ++i)
      out += static_cast<char>((x >> (8 * i)) & 0xff);
  };
  (put_one(xs), ...);
}

uint32_t low(uint64_t x) {
  return static_cast<uint32_t>(std::min<uint64_t>(x, in_zip64_32));
}

uint16_t flags(std::string_view name) {
  auto ascii = std::ranges::all_of(
    name, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return ascii ? 0 : name_is_utf8;
}

uint16_t length(std::string_view name) {
  return static_cast<uint16_t>(name.size());
}

} // namespace

uint32_t dos_time(std::time_t x) {
  constexpr auto first = std::time_t{315'532'800};  // 1980-01-01
  constexpr auto last = std::time_t{4'354'819'198}; // 2107-12-31 23:59:58
  auto clamped = std::clamp(x, first, last);
  std::tm parts{};
  gmtime_r(&clamped, &parts);
  auto date = (parts.tm_year - 80) << 9 | (parts.tm_mon + 1) << 5
              | parts.tm_mday;
  auto time = parts.tm_hour << 11 | parts.tm_min << 5 | parts.tm_sec / 2;
  return static_cast<uint32_t>(date) << 16 | static_cast<uint32_t>(time);
}

std::string local_header(const entry& x, bool large) {
  std::string out;
  put(out, local_signature, large ? zip64_version : plain_version,
      flags(x.name), static_cast<uint16_t>(x.method), x.time, x.crc,
      large ? in_zip64_32 : low(x.packed), large ? in_zip64_32 : low(x.size),
      length(x.name), static_cast<uint16_t>(large ? 20 : 0));
  out += x.name;
  if (large)
    put(out, zip64_tag, uint16_t{16}, x.size, x.packed);
  return out;
}

void append_central_header(const entry& x, std::string& out) {
  std::string extra;
  for (auto number : {x.size, x.packed, x.offset})
    if (number >= in_zip64_32)
      put(extra, number);
  auto version = extra.empty() ? plain_version : zip64_version;
  if (!extra.empty()) {
    std::string head;
    put(head, zip64_tag, static_cast<uint16_t>(extra.size()));
    extra.insert(0, head);
  }
  put(out, central_signature, static_cast<uint16_t>(made_on_unix | version),
      version, flags(x.name), static_cast<uint16_t>(x.method), x.time, x.crc,
      low(x.packed), low(x.size), length(x.name),
      static_cast<uint16_t>(extra.size()), uint16_t{0}, uint16_t{0},
      uint16_t{0}, attributes, low(x.offset));
  out += x.name;
  out += extra;
}

std::string end_records(uint64_t members, uint64_t offset, uint64_t size) {
  std::string out;
  if (members >= in_zip64_16 || offset >= in_zip64_32 || size >= in_zip64_32) {
    put(out, end64_signature, uint64_t{end64_size - 12}, zip64_version,
        zip64_version, uint32_t{0}, uint32_t{0}, members, members, size,
        offset);
    put(out, locator64_signature, uint32_t{0}, offset + size, uint32_t{1});
  }
  auto count = static_cast<uint16_t>(std::min<uint64_t>(members, in_zip64_16));
  put(out, end_signature, uint16_t{0}, uint16_t{0}, count, count, low(size),
      low(offset), uint16_t{0});
  return out;
}

} // namespace atalaya::odoo::zip
