#define CAF_SUITE server_byte_range

#include "net/server/byte_range.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya::net::web;

namespace {

/// "offset+length", "all" or "beyond", of ten bytes.
std::string wish(std::string_view header, uint64_t size = 10) {
  auto x = read_range(header, size);
  if (x.beyond)
    return "beyond";
  if (!x.part)
    return "all";
  return std::to_string(x.part->offset) + '+' + std::to_string(x.part->length);
}

} // namespace

CAF_TEST(a range is read and cut at the end) {
  CAF_CHECK_EQUAL(wish("bytes=0-0"), "0+1");
  CAF_CHECK_EQUAL(wish("bytes=2-5"), "2+4");
  CAF_CHECK_EQUAL(wish("bytes=2-"), "2+8");
  CAF_CHECK_EQUAL(wish("bytes=2-99"), "2+8");
  CAF_CHECK_EQUAL(wish("bytes=-3"), "7+3");
  CAF_CHECK_EQUAL(wish("bytes=-30"), "0+10");
  CAF_CHECK_EQUAL(wish(" Bytes= 9 - "), "9+1");
}

CAF_TEST(what begins behind the end is beyond) {
  CAF_CHECK_EQUAL(wish("bytes=10-"), "beyond");
  CAF_CHECK_EQUAL(wish("bytes=-0"), "beyond");
  CAF_CHECK_EQUAL(wish("bytes=0-", 0), "beyond");
}

CAF_TEST(what is no single range asks for everything) {
  for (auto text : {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2",
                    "bytes=0-1,3-4", "lines=0-1", "bytes=+1-2", "bytes=0x1-2",
                    "bytes=99999999999999999999-"})
    CAF_CHECK_EQUAL(wish(text), "all");
}
