#define CAF_SUITE store_login_limit

#include "store/login_limit.hpp"

#include "tests/store/samples.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace std::chrono_literals;
using store::attempts;
using store::login_limit;
using store::network_of;

namespace {

constexpr auto now = day_zero;

} // namespace

CAF_TEST(the first failures cost nothing) {
  attempts uut{{}};
  for (int i = 0; i < 10; ++i) {
    CAF_CHECK(uut.wait("ana", now) == 0s);
    uut.begin("ana", now);
  }
  CAF_CHECK(uut.wait("ana", now) == 1s);
  CAF_CHECK(uut.wait("bo", now) == 0s);
}

CAF_TEST(the delay doubles up to its limit) {
  attempts uut{{.free = 1, .first = 1s, .most = 5s}};
  auto at = now;
  for (auto expected : {1s, 2s, 4s, 5s, 5s}) {
    uut.begin("ana", at);
    CAF_CHECK(uut.wait("ana", at) == expected);
    at += expected;
    CAF_CHECK(uut.wait("ana", at - 1ms) == 1s);
    CAF_CHECK(uut.wait("ana", at) == 0s);
  }
}

CAF_TEST(very many failures do not overflow the delay) {
  attempts uut{{.free = 1}};
  for (int i = 0; i < 200; ++i)
    uut.begin("ana", now);
  CAF_CHECK(uut.wait("ana", now) == 900s);
}

CAF_TEST(a success takes the failures back) {
  attempts uut{{.free = 1}};
  uut.begin("ana", now);
  uut.succeed("ana");
  CAF_CHECK(uut.wait("ana", now) == 0s);
  CAF_CHECK_EQUAL(uut.size(), 0u);
}

CAF_TEST(failures are forgotten after an hour without any) {
  attempts uut{{.free = 2}};
  uut.begin("ana", now);
  uut.begin("ana", now + 1h + 1ms);
  CAF_CHECK(uut.wait("ana", now + 1h + 1ms) == 0s);
  uut.begin("ana", now + 2h);
  CAF_CHECK(uut.wait("ana", now + 2h) == 1s);
}

CAF_TEST(a clock that is put back does not lengthen the delay) {
  attempts uut{{.free = 1, .first = 8s}};
  uut.begin("ana", now);
  CAF_CHECK(uut.wait("ana", now - 24h) == 8s);
}

CAF_TEST(the table is bounded and the one that failed last stays) {
  attempts uut{{.free = 1, .keys = 3}};
  for (auto key : {"a", "b", "c", "a", "d"})
    uut.begin(key, now);
  CAF_CHECK_EQUAL(uut.size(), 3u);
  CAF_CHECK(uut.wait("b", now) == 0s);
  for (auto key : {"a", "c", "d"})
    CAF_CHECK(uut.wait(key, now) > 0s);
}

CAF_TEST(a user is limited across addresses) {
  login_limit uut;
  for (int i = 0; i < 10; ++i)
    CAF_CHECK(uut.begin("ana", "10.0.0." + std::to_string(i), now) == 0s);
  CAF_CHECK(uut.begin("ana", "10.0.0.99", now) == 1s);
  CAF_CHECK(uut.begin("bo", "10.0.0.99", now) == 0s);
}

CAF_TEST(an address is limited across users) {
  login_limit uut;
  for (int i = 0; i < 10; ++i)
    CAF_CHECK(uut.begin("u" + std::to_string(i), "10.0.0.1", now) == 0s);
  CAF_CHECK(uut.begin("ana", "10.0.0.1", now) == 1s);
  CAF_CHECK(uut.begin("ana", "10.0.0.2", now) == 0s);
}

CAF_TEST(a stranger makes a user wait a minute and himself fifteen) {
  login_limit uut;
  auto at = now;
  auto longest = 0s;
  for (int i = 0; i < 30; ++i) {
    at += uut.begin("ana", "10.0.0.1", at);
    longest = std::max(longest, uut.begin("ana", "10.0.0.1", at));
    uut.begin("ana", "10.0.0.1", at);
  }
  CAF_CHECK(uut.begin("ana", "10.0.0.2", at) <= 60s);
  for (int i = 0; i < 30; ++i) {
    auto wait = uut.begin("none", "10.0.0.1", at);
    longest = std::max(longest, wait);
    at += wait;
  }
  CAF_CHECK(longest == 900s);
}

CAF_TEST(names that none can have are one) {
  login_limit uut;
  for (int i = 0; i < 10; ++i)
    uut.begin("no name " + std::to_string(i), "10.0.1." + std::to_string(i),
              now);
  CAF_CHECK(uut.begin("no name", "10.0.0.1", now) == 1s);
}

CAF_TEST(a success frees user and address) {
  login_limit uut;
  for (int i = 0; i < 10; ++i)
    uut.begin("ana", "10.0.0.1", now);
  uut.succeed("ana", "10.0.0.1");
  CAF_CHECK(uut.begin("ana", "10.0.0.1", now) == 0s);
}

CAF_TEST(an IPv6 network counts as one address) {
  CAF_CHECK_EQUAL(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
  CAF_CHECK_EQUAL(network_of("2001:db8:1:2::9"), "2001:db8:1:2::");
  CAF_CHECK_EQUAL(network_of("10.0.0.1"), "10.0.0.1");
  CAF_CHECK_EQUAL(network_of("::ffff:10.0.0.1"), "::ffff:10.0.0.1");
  CAF_CHECK_EQUAL(network_of("::ffff:10.0.0.2"), "::ffff:10.0.0.2");
  CAF_CHECK_EQUAL(network_of(std::string(500, 'x')).size(), 46u);
}
