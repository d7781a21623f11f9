#define CAF_SUITE frames

#include "actors/frames.hpp"

#include "actors/events.hpp"
#include "actors/reflect/write_json.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;

namespace {

database sample() {
  database x;
  x.name = "a \"b\"";
  return x;
}

std::string json_of(const frame_ptr& x) {
  return x->json;
}

/// REQUIRES: a snapshot of one part.
std::string snapshot_of(const model::topic& x) {
  auto parts = snapshot_frames("t", x);
  CAF_REQUIRE_EQUAL(parts.size(), 1u);
  return json_of(parts[0]);
}

model::json_ptr json(const entity& x) {
  return std::make_shared<const std::string>(to_json(x));
}

} // namespace

// The frames are put together from text; the declarations say what they are.

CAF_TEST(a change is written as declared) {
  auto frame = change_frame("t/%20", {7, "k\"", json(sample()), false});
  CAF_CHECK_EQUAL(frame->json,
                  to_json(event{put{"t/%20", 7, "k\"", sample()}}));
  CAF_CHECK_EQUAL(frame->key, "k\"");
  CAF_CHECK_EQUAL(frame->seq, 7u);
  CAF_CHECK_EQUAL(json_of(change_frame("t", {8, "k", nullptr, false})),
                  to_json(event{removal{"t", 8, "k"}}));
}

CAF_TEST(a snapshot is written as declared) {
  model::topic topic{"e", {}};
  CAF_CHECK_EQUAL(snapshot_of(topic),
                  to_json(event{snapshot{"t", "e", 0, {}, false}}));
  topic.put("x", json(sample()));
  topic.put("y", json(sample()));
  CAF_CHECK_EQUAL(snapshot_of(topic),
                  to_json(event{snapshot{
                    "t", "e", 2, {{"x", sample()}, {"y", sample()}}, false}}));
}

CAF_TEST(lines are written as declared) {
  model::topic topic{"e", {}};
  log_entry entry{timestamp{}, "line\n\x01"};
  std::vector<model::topic::change> lines;
  for (int i = 0; i < 2; ++i)
    lines.push_back(
      topic.log([&](uint64_t seq) { return encode_line(seq, "log", entry); }));
  auto frame = log_frame("t", lines);
  CAF_CHECK_EQUAL(
    frame->json,
    to_json(event{log_lines{"t",
                            {{1, timestamp{}, "log", "line\n\x01"},
                             {2, timestamp{}, "log", "line\n\x01"}}}}));
  CAF_CHECK_EQUAL(frame->lines, 2u);
}
