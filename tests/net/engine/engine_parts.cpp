#define CAF_SUITE engine_parts

#include "net/engine/look_queue.hpp"

#include "failure.hpp"
#include "net/engine/line_splitter.hpp"
#include "net/engine/request.hpp"
#include "net/engine/utf8.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya::net;

CAF_TEST(a container is in the queue once) {
  look_queue q;
  q.add("a");
  q.add("b");
  q.add("a");
  CAF_CHECK_EQUAL(q.take().value_or(""), "a");
  CAF_CHECK_EQUAL(q.take().value_or(""), "b");
  CAF_CHECK(!q.take());
}

CAF_TEST(a second look waits for the end of the first) {
  look_queue q;
  q.add("a");
  q.take();
  q.add("a");
  q.add("a");
  q.add("b");
  CAF_CHECK_EQUAL(q.take().value_or(""), "b");
  CAF_CHECK(!q.take());
  q.done("a");
  CAF_CHECK_EQUAL(q.take().value_or(""), "a");
  q.done("a");
  CAF_CHECK(!q.take());
}

CAF_TEST(text that is UTF 8 stays as it is) {
  for (std::string x : {"", "ascii", "ñ", "€", "\U0001F5FC", "a\xED\x9F\xBFz"})
    CAF_CHECK_EQUAL(valid_utf8(x), x);
}

CAF_TEST(bytes that are no character are replaced one by one) {
  const std::string r = "\uFFFD";
  CAF_CHECK_EQUAL(valid_utf8("a\xFFz"), "a" + r + "z");
  CAF_CHECK_EQUAL(valid_utf8("\xC3"), r);
  CAF_CHECK_EQUAL(valid_utf8("\xE2\x82"), r + r);
  CAF_CHECK_EQUAL(valid_utf8("\xC0\x80"), r + r);
  CAF_CHECK_EQUAL(valid_utf8("\xE0\x80\x80"), r + r + r);
  CAF_CHECK_EQUAL(valid_utf8("\xED\xA0\x80"), r + r + r);
  CAF_CHECK_EQUAL(valid_utf8("\xF4\x90\x80\x80"), r + r + r + r);
  CAF_CHECK_EQUAL(valid_utf8("\xF5z"), r + "z");
}

CAF_TEST(lines come out whole and empty ones not at all) {
  line_splitter lines;
  lines.feed("on");
  CAF_CHECK(!lines.next());
  lines.feed("e\r\n\n\r\ntw");
  CAF_CHECK_EQUAL(lines.next().value_or(""), "one");
  CAF_CHECK(!lines.next());
  lines.feed("o\n");
  CAF_CHECK_EQUAL(lines.next().value_or(""), "two");
}

CAF_TEST(a line beyond the bound is an error) {
  line_splitter lines{10};
  lines.feed("12345678901");
  CAF_CHECK(!lines.next());
  CAF_CHECK(failure_of([&] { lines.feed("2"); }).has_value());
}

CAF_TEST(names are escaped in paths) {
  CAF_CHECK_EQUAL(uri_escape("a/../b?c=d e"), "a%2F..%2Fb%3Fc%3Dd%20e");
  CAF_CHECK_EQUAL(uri_escape("ñ-_.~"), "%C3%B1-_.~");
}
