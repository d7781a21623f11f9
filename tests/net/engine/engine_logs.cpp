#define CAF_SUITE engine_logs

#include "net/engine/log_lines.hpp"

#include "failure.hpp"
#include "net/engine/output_frames.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya::net;
using namespace std::chrono_literals;

namespace {

const std::string at = "2026-11-22T14:50:33.968013985Z ";

std::string frame(char source, const std::string& payload) {
  auto n = payload.size();
  std::string result{source, 0, 0, 0};
  for (int shift = 24; shift >= 0; shift -= 8)
    result += static_cast<char>(n >> shift & 0xff);
  return result + payload;
}

std::string text_of(const std::vector<container_line>& lines) {
  std::string result;
  for (auto& x : lines)
    result += std::string{name_of(x.source)} + ":" + x.text + "|";
  return result;
}

/// The lines in the pieces, framed or of a terminal.
std::vector<container_line> read(const std::vector<std::string>& pieces,
                                 bool terminal, size_t limit = 1'000'000) {
  output_frames frames;
  log_lines_reader lines{terminal, limit};
  for (auto& piece : pieces) {
    if (terminal) {
      lines.feed(
        {.source = output_source::out, .first = false, .bytes = piece});
      continue;
    }
    frames.feed(piece);
    while (auto x = frames.next())
      lines.feed(*x);
  }
  lines.finish();
  return lines.take();
}

/// Checks that the lines are the same wherever the bytes are cut, and with
/// every byte on its own.
void check_cuts(const std::string& bytes, bool terminal,
                const std::string& expected) {
  std::vector<std::string> single;
  for (size_t i = 0; i < bytes.size(); ++i) {
    auto got = text_of(read({bytes.substr(0, i), bytes.substr(i)}, terminal));
    if (got != expected)
      CAF_ERROR("cut at " << i << ": " << got);
    single.push_back(bytes.substr(i, 1));
  }
  CAF_CHECK_EQUAL(text_of(read(single, terminal)), expected);
}

} // namespace

CAF_TEST(frames of both outputs become lines) {
  check_cuts(frame(1, at + "one\n") + frame(2, at + "two ü\n")
               + frame(1, at + "\n") + frame(1, at + "no end"),
             false, "stdout:one|stderr:two ü|stdout:|stdout:no end|");
}

CAF_TEST(a line in several frames is one line with one time) {
  check_cuts(frame(1, at + "aaa") + frame(2, at + "between\n")
               + frame(1, at + "bbb") + frame(1, at + "\n"),
             false, "stderr:between|stdout:aaabbb|");
  // Podman's parts may be of another second.
  std::string first = "2026-11-22T14:50:33Z ", later = "2026-11-22T14:50:34Z ";
  auto lines = read({frame(1, first + "a") + frame(1, later + "b\n")}, false);
  CAF_REQUIRE_EQUAL(lines.size(), 1u);
  CAF_CHECK_EQUAL(lines[0].text, "ab");
  CAF_CHECK(lines[0].at == parse_log_time("2026-11-22T14:50:33Z"));
}

CAF_TEST(bytes that are no UTF - 8 are replaced and the rest is kept) {
  check_cuts(frame(1, at
                        + "a\xFF"
                          "b\xC3\n")
               + frame(1, at + "\xE2\x82\n"),
             false, "stdout:a\uFFFDb\uFFFD|stdout:\uFFFD\uFFFD|");
}

CAF_TEST(a terminal has lines without frames) {
  check_cuts(at + "one\r\n" + at + "ü\r\n" + at + "no end", true,
             "stdout:one|stdout:ü|stdout:no end|");
}

CAF_TEST(the times inside a line of a terminal are taken out) {
  check_cuts(at + "part" + at + "rest" + at + "\r\n" + at + "\r\n", true,
             "stdout:partrest|stdout:|");
}

CAF_TEST(a time that a program prints itself is kept) {
  check_cuts(frame(1, at + at + "x\n"), false, "stdout:" + at + "x|");
  std::string own = "2026-11-22T14:50:33Z ";
  check_cuts(at + own + "x\r\n", true, "stdout:" + own + "x|");
}

CAF_TEST(text without a time is text) {
  check_cuts(frame(1, "plain\n") + frame(1, "two words\n"), false,
             "stdout:plain|stdout:two words|");
  check_cuts("plain\r\ntwo words\r\n", true, "stdout:plain|stdout:two words|");
}

CAF_TEST(a line beyond the bound says what was left out) {
  auto lines = read({frame(1, at + std::string(50, 'x')),
                     frame(1, at + std::string(50, 'x') + "\n")},
                    false, 60);
  CAF_REQUIRE_EQUAL(lines.size(), 1u);
  CAF_CHECK_EQUAL(lines[0].text,
                  std::string(60, 'x') + " … (40 bytes left out)");
}

CAF_TEST(the time of a line is exact) {
  auto lines = read({frame(1, at + "x\n")}, false);
  CAF_REQUIRE_EQUAL(lines.size(), 1u);
  CAF_CHECK_EQUAL((lines[0].at.time_since_epoch() % 1s).count(), 968'013'985);
  CAF_CHECK(parse_log_time("2026-11-22T14:50:33Z")
            == parse_log_time("2026-11-22T16:50:33.000+02:00"));
  CAF_CHECK(!parse_log_time("2026-11-22T14:50:33.Z"));
  CAF_CHECK(!parse_log_time("2026-11-22"));
  CAF_CHECK(!parse_log_time(""));
}

CAF_TEST(words instead of a frame are an error with these words) {
  output_frames frames;
  frames.feed(frame(1, "x") + "Error: no such thing");
  CAF_CHECK(frames.next().has_value());
  auto e = failure_of([&] { frames.next(); });
  CAF_REQUIRE(e.has_value());
  CAF_CHECK_EQUAL(std::string{e->what()}, "engine: Error: no such thing");
}

CAF_TEST(an empty frame is nothing) {
  check_cuts(frame(1, "") + frame(1, at + "x\n") + frame(1, ""), false,
             "stdout:x|");
}
