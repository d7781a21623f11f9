#define CAF_SUITE engine_tar

#include "net/engine/tar_reader.hpp"

#include <cstdio>

#include "failure.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya::net;

namespace {

std::string by_bytes(uint64_t x, int digits) {
  char buffer[32];
  std::snprintf(buffer, sizeof(buffer), "%0*lo", digits,
                static_cast<unsigned long>(x));
  return std::string{buffer} + '\0';
}

std::string padded(std::string data) {
  data.resize((data.size() + 511) / 512 * 512);
  return data;
}

/// A header and its data, as POSIX has it.
std::string member(const std::string& name, char type, const std::string& data,
                   const std::string& link = {}, std::string size = {}) {
  std::string result(512, '\0');
  auto put = [&result](size_t at, const std::string& x) {
    result.replace(at, x.size(), x);
  };
  put(0, name.substr(0, 100));
  put(100, by_bytes(0640, 7));
  put(108, by_bytes(101, 7));
  put(116, by_bytes(102, 7));
  put(124, size.empty() ? by_bytes(data.size(), 11) : size);
  put(136, by_bytes(1795358800, 11));
  put(148, "        ");
  result[156] = type;
  put(157, link);
  put(257, std::string{"ustar\0", 6} + "00");
  unsigned sum = 0;
  for (auto c : result)
    sum += static_cast<unsigned char>(c);
  put(148, by_bytes(sum, 6));
  return result + padded(data);
}

std::string pax(const std::string& key, const std::string& value) {
  auto rest = " " + key + "=" + value + "\n";
  auto size = rest.size() + 2;
  if (size > 99)
    ++size;
  return std::to_string(size) + rest;
}

const std::string end(1024, '\0');

/// The members and their data, in words, of a tar that comes in `pieces`.
std::string words(const std::vector<std::string>& pieces) {
  std::string result;
  tar_reader tar;
  for (auto& piece : pieces) {
    tar.feed(piece);
    for (;;) {
      if (auto data = tar.data(); !data.empty()) {
        result += data;
        continue;
      }
      if (tar.remaining() > 0)
        break;
      auto x = tar.next();
      if (!x)
        break;
      result += "|" + std::to_string(static_cast<int>(x->type)) + x->name
                + (x->link.empty() ? "" : ">" + x->link) + ":"
                + std::to_string(x->size) + ":";
    }
  }
  return result + (tar.done() ? "." : "?");
}

void check_cuts(const std::string& bytes, const std::string& expected) {
  for (size_t i = 0; i < bytes.size(); ++i)
    if (auto got = words({bytes.substr(0, i), bytes.substr(i)});
        got != expected)
      CAF_ERROR("cut at " << i << ": " << got);
  CAF_CHECK_EQUAL(words({bytes}), expected);
}

} // namespace

CAF_TEST(files and folders and links are read wherever the tar is cut) {
  check_cuts(member("d/", '5', "") + member("d/a", '0', "hello")
               + member("d/e", '0', "") + member("d/l", '2', "", "a")
               + member("d/h", '1', "", "d/a") + end,
             "|1d/:0:|0d/a:5:hello|0d/e:0:|2d/l>a:0:|3d/h>d/a:0:.");
}

CAF_TEST(long names stand in records before their member) {
  std::string name(150, 'n'), link(120, 'k');
  check_cuts(member("x", 'x', pax("path", name) + pax("mtime", "1.5"))
               + member("cut", '0', "1")
               + member("././@LongLink", 'L', name + '\0')
               + member("././@LongLink", 'K', link + '\0')
               + member("cut", '2', "") + member("short", '0', "2") + end,
             "|0" + name + ":1:1|2" + name + ">" + link + ":0:|0short:1:2.");
}

CAF_TEST(what is not read of a file is skipped) {
  tar_reader tar;
  tar.feed(member("a", '0', std::string(5'000, 'x')) + member("b", '0', "b")
           + end);
  for (auto name : {"a", "b"}) {
    auto x = tar.next();
    CAF_REQUIRE(x);
    CAF_CHECK_EQUAL(x->name, name);
  }
  CAF_CHECK_EQUAL(tar.data(), "b");
}

CAF_TEST(a header has owner and mode and time) {
  tar_reader tar;
  tar.feed(member("a", '0', ""));
  auto x = tar.next();
  CAF_REQUIRE(x.has_value());
  CAF_CHECK_EQUAL(x->mode, 0640u);
  CAF_CHECK_EQUAL(x->uid, 101u);
  CAF_CHECK_EQUAL(x->gid, 102u);
  CAF_CHECK_EQUAL(x->mtime, 1795358800);
}

CAF_TEST(sizes beyond 8 GiB are read) {
  std::string binary{"\x80\0\0\0\0\0\0\x03\0\0\0\0", 12};
  tar_reader tar;
  tar.feed(member("a", '0', "", {}, binary));
  auto by_bytes = tar.next();
  CAF_REQUIRE(by_bytes);
  CAF_CHECK_EQUAL(by_bytes->size, uint64_t{3} << 32);
  tar_reader other;
  other.feed(member("x", 'x', pax("size", "9000000000"))
             + member("a", '0', ""));
  auto by_pax = other.next();
  CAF_REQUIRE(by_pax);
  CAF_CHECK_EQUAL(by_pax->size, 9'000'000'000u);
}

CAF_TEST(what is no tar is an error) {
  auto fails = [](const std::string& bytes) {
    return failure_of([&] {
             tar_reader tar;
             tar.feed(bytes);
             tar.next();
           })
      .has_value();
  };
  auto wrong = member("a", '0', "");
  wrong[0] = 'b';
  CAF_CHECK(fails(wrong));
  CAF_CHECK(fails(std::string(512, 'x')));
  CAF_CHECK(fails(member("x", 'x', "99 path=a\n")));
  CAF_CHECK(fails(member("x", 'x', "0 path=a\n")));
  CAF_CHECK(fails(member("x", 'x', "path=a\n")));
  CAF_CHECK(fails(member("x", 'L', std::string(65'537, 'x'))));
}
