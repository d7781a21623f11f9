#define CAF_SUITE server_outbox

#include "net/server/outbox.hpp"

#include <random>

#include <caf/test/dsl.hpp>

using namespace atalaya;
using net::web::outbox;

namespace {

frame_ptr make(enum frame::kind kind, std::string topic, std::string key,
               std::string json, uint32_t lines = 0) {
  frame x;
  x.kind = kind;
  x.topic = std::move(topic);
  x.key = std::move(key);
  x.json = std::move(json);
  x.lines = lines;
  return std::make_shared<const frame>(std::move(x));
}

frame_ptr state(std::string topic, std::string key, std::string json) {
  return make(frame::kind::state, std::move(topic), std::move(key),
              std::move(json));
}

frame_ptr log(std::string topic, std::string json, uint32_t lines) {
  return make(frame::kind::log, std::move(topic), "", std::move(json), lines);
}

frame_ptr control(std::string topic, std::string json) {
  return make(frame::kind::control, std::move(topic), "", std::move(json));
}

std::string taken(outbox& x, size_t max_bytes = 1'000'000) {
  std::string result;
  for (auto& frame : x.take(max_bytes))
    result += frame->json + ' ';
  return result;
}

std::string dropped(const std::string& topic, uint64_t lines) {
  return "{\"event\":\"dropped\",\"topic\":\"" + topic
         + "\",\"lines\":" + std::to_string(lines) + "} ";
}

/// The same, the slow and obvious way.
class model {
public:
  explicit model(size_t max_lines) : max_lines_(max_lines) {
    // nop
  }

  void push(frame_ptr x) {
    auto replaced = [&](auto& y) {
      return y.what && y.what->kind == frame::kind::state
             && y.what->topic == x->topic
             && (net::web::is_snapshot(*x) || y.what->key == x->key);
    };
    if (x->kind == frame::kind::state || net::web::is_snapshot(*x))
      std::erase_if(items_, replaced);
    items_.push_back({x, "", 0});
    while (lines() > max_lines_)
      drop_oldest();
  }

  void forget(const std::string& topic) {
    std::erase_if(items_, [&](auto& y) {
      return (y.what ? y.what->topic : y.topic) == topic;
    });
  }

  std::string take() {
    std::string result;
    for (auto& x : items_)
      result += x.what ? x.what->json + ' ' : ::dropped(x.topic, x.dropped);
    items_.clear();
    return result;
  }

private:
  struct item {
    frame_ptr what;
    std::string topic;
    uint64_t dropped;
  };

  static bool is_log(const item& x) {
    return x.what && x.what->kind == frame::kind::log;
  }

  size_t lines() const {
    size_t result = 0;
    for (auto& x : items_)
      result += is_log(x) ? x.what->lines : 0;
    return result;
  }

  void drop_oldest() {
    auto i = std::find_if(items_.begin(), items_.end(), is_log);
    auto topic = i->what->topic;
    auto lines = i->what->lines;
    auto note = std::find_if(items_.begin(), items_.end(), [&](auto& x) {
      return !x.what && x.topic == topic;
    });
    if (note == items_.end()) {
      *i = {nullptr, topic, lines};
    } else {
      note->dropped += lines;
      items_.erase(i);
    }
  }

  size_t max_lines_;
  std::vector<item> items_;
};

} // namespace

CAF_TEST(frames leave in the order in which they came) {
  outbox x{10};
  x.push(control("t", "a"));
  x.push(state("t", "k", "b"));
  x.push(log("t", "c", 1));
  CAF_CHECK_EQUAL(x.bytes(), 3u);
  CAF_CHECK_EQUAL(taken(x), "a b c ");
  CAF_CHECK(x.empty());
  CAF_CHECK_EQUAL(x.bytes(), 0u);
}

CAF_TEST(a newer value of a key replaces the older one at the end) {
  outbox x{10};
  x.push(state("t", "k", "old"));
  x.push(state("t", "other", "b"));
  x.push(state("u", "k", "c"));
  x.push(state("t", "k", "new"));
  CAF_CHECK_EQUAL(taken(x), "b c new ");
}

CAF_TEST(a snapshot clears the state of its topic alone) {
  outbox x{10};
  std::string whole = R"({"event":"snapshot","topic":"t"})";
  x.push(state("t", "k", "a"));
  x.push(state("u", "k", "b"));
  x.push(log("t", "c", 1));
  x.push(control("t", whole));
  x.push(state("t", "k", "d"));
  CAF_CHECK_EQUAL(taken(x), "b c " + whole + " d ");
}

CAF_TEST(other control frames clear nothing) {
  outbox x{10};
  x.push(state("t", "k", "a"));
  x.push(control("t", R"({"event":"resumed","topic":"t"})"));
  CAF_CHECK_EQUAL(taken(x), R"(a {"event":"resumed","topic":"t"} )");
}

CAF_TEST(log lines past the bound are dropped oldest first and counted) {
  outbox x{5};
  x.push(state("t", "k", "s"));
  x.push(log("a", "1", 2));
  x.push(log("b", "2", 2));
  x.push(control("c", "x"));
  x.push(log("a", "3", 3));
  CAF_CHECK_EQUAL(x.log_lines(), 5u);
  CAF_CHECK_EQUAL(taken(x), "s " + dropped("a", 2) + "2 x 3 ");
}

CAF_TEST(what was dropped of a topic is one note) {
  outbox x{2};
  for (auto text : {"1", "2", "3", "4", "5"})
    x.push(log("a", text, 1));
  CAF_CHECK_EQUAL(taken(x), dropped("a", 3) + "4 5 ");
  for (auto text : {"6", "7", "8"})
    x.push(log("a", text, 1));
  CAF_CHECK_EQUAL(taken(x), dropped("a", 1) + "7 8 ");
}

CAF_TEST(a topic that is forgotten leaves nothing behind) {
  outbox x{2};
  x.push(log("a", "1", 2));
  x.push(log("a", "2", 1));
  x.push(state("a", "k", "3"));
  x.push(state("b", "k", "4"));
  x.forget("a");
  CAF_CHECK_EQUAL(x.log_lines(), 0u);
  CAF_CHECK_EQUAL(taken(x), "4 ");
}

CAF_TEST(a write takes what fits and at least one) {
  outbox x{2};
  x.push(control("t", "12345"));
  x.push(control("t", "67"));
  x.push(control("t", "89"));
  CAF_CHECK_EQUAL(taken(x, 3), "12345 ");
  CAF_CHECK_EQUAL(taken(x, 5), "67 ");
  CAF_CHECK_EQUAL(taken(x, 6), "89 ");
}

CAF_TEST(random steps end as in the model) {
  std::minstd_rand random{20'221'122};
  auto pick = [&](uint32_t below) {
    return static_cast<uint32_t>(random()) % below;
  };
  auto name = [&](uint32_t below) {
    return std::string(1, static_cast<char>('a' + pick(below)));
  };
  outbox x{12};
  model y{12};
  for (int step = 0; step < 20'000; ++step) {
    auto json = std::to_string(step);
    frame_ptr next;
    switch (pick(10)) {
      case 0:
        next = control(name(3), R"({"event":"snapshot",)" + json);
        break;
      case 1:
        next = control(name(3), json);
        break;
      case 2:
      case 3:
      case 4:
        next = log(name(3), json, 1 + pick(4));
        break;
      default:
        next = state(name(3), name(5), json);
    }
    x.push(next);
    y.push(next);
    if (pick(50) == 0) {
      auto topic = name(3);
      x.forget(topic);
      y.forget(topic);
    }
    if (pick(30) == 0)
      CAF_REQUIRE_EQUAL(taken(x), y.take());
  }
  CAF_CHECK_EQUAL(taken(x), y.take());
  CAF_CHECK_EQUAL(x.bytes(), 0u);
  CAF_CHECK_EQUAL(x.log_lines(), 0u);
}
