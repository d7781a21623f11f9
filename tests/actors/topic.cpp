#define CAF_SUITE topic

#include "actors/topic.hpp"

#include "tests/actors/fixture.hpp"

using namespace atalaya;
using namespace atalaya::test;

namespace {

struct topic_fixture : fixture {
  topic_fixture() {
    aut = sys.spawn(atalaya::topic, std::string{"instances/main"}, size_t{3});
    client = sys.spawn(listen, &heard);
    to_end = {caf::actor_cast<caf::actor>(aut), client};
  }

  void subscribe(subscription wish = {}) {
    tell(aut, atom::subscribe_v, wish, client);
  }

  void put(const std::string& name) {
    database x;
    x.name = name;
    tell(aut, atom::put_v, "databases/" + name, entity{x});
  }

  void log(std::vector<std::string> texts) {
    std::vector<log_entry> entries;
    for (auto& text : texts)
      entries.push_back({timestamp{}, text});
    tell(aut, atom::log_v, entries);
  }

  std::string epoch() {
    return get<topic_view>(aut, atom::get_v).epoch;
  }

  topic_actor aut;
  caf::actor client;
  std::vector<std::string> heard;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(topic_tests, topic_fixture)

CAF_TEST(who subscribes is sent all there is and then what changes) {
  put("a");
  subscribe();
  CAF_REQUIRE_EQUAL(heard.size(), 1u);
  CAF_CHECK(contains(heard[0], R"("event":"snapshot")"));
  CAF_CHECK(contains(heard[0], R"("seq":1,"entities":{"databases/a":{"name")"));
  CAF_CHECK(contains(heard[0], R"("more":false)"));
  put("b");
  CAF_REQUIRE_EQUAL(heard.size(), 2u);
  CAF_CHECK(contains(heard[1], R"({"event":"put","topic":"instances/main",)"
                               R"("seq":2,"key":"databases/b","value":{)"));
  put("b");
  CAF_CHECK_EQUAL(heard.size(), 2u);
  tell(aut, atom::remove_v, "databases/b");
  CAF_CHECK_EQUAL(heard.back(), R"({"event":"remove","topic":"instances/main",)"
                                R"("seq":3,"key":"databases/b"})");
}

CAF_TEST(who comes back is sent what was missed) {
  put("a");
  put("b");
  subscribe({"", 1, epoch(), std::nullopt});
  CAF_REQUIRE_EQUAL(heard.size(), 2u);
  CAF_CHECK(contains(heard[0], R"({"event":"resumed")"));
  CAF_CHECK(contains(heard[1], R"("seq":2,"key":"databases/b")"));
}

CAF_TEST(who comes back after a restart is sent everything) {
  put("a");
  subscribe({"", 1, "other", std::nullopt});
  CAF_REQUIRE_EQUAL(heard.size(), 1u);
  CAF_CHECK(contains(heard[0], R"("event":"snapshot")"));
}

CAF_TEST(lines travel many in a frame and the lost ones are counted) {
  log({"1", "2", "3", "4"});
  subscribe();
  CAF_REQUIRE_EQUAL(heard.size(), 3u);
  CAF_CHECK(contains(heard[1], R"("event":"dropped")"));
  CAF_CHECK(contains(heard[1], R"("lines":1)"));
  CAF_CHECK(contains(heard[2], R"("text":"2"},{"seq":3)"));
  log({"5"});
  CAF_CHECK(contains(heard.back(), R"("lines":[{"seq":5,)"));
}

CAF_TEST(a long backlog comes in frames that can be lost one by one) {
  auto large = sys.spawn(atalaya::topic, std::string{"operations/o"},
                         size_t{1000});
  to_end.push_back(caf::actor_cast<caf::actor>(large));
  tell(large, atom::log_v, std::vector<log_entry>(250));
  tell(large, atom::subscribe_v, subscription{}, client);
  CAF_CHECK_EQUAL(
    std::ranges::count_if(
      heard, [](const auto& x) { return contains(x, R"("log")"); }),
    3);
}

CAF_TEST(subscribing again replaces and leaving ends it) {
  subscribe();
  subscribe();
  put("a");
  CAF_CHECK_EQUAL(heard.size(), 3u);
  tell(aut, atom::leave_v, client);
  put("b");
  CAF_CHECK_EQUAL(heard.size(), 3u);
}

CAF_TEST(a large snapshot comes in parts that join to the whole) {
  for (int i = 0; i < 3000; ++i)
    put("database-with-a-long-name-" + std::to_string(i));
  subscribe();
  CAF_REQUIRE(heard.size() > 2);
  for (size_t i = 0; i + 1 < heard.size(); ++i)
    CAF_CHECK(contains(heard[i], R"("more":true)"));
  CAF_CHECK(contains(heard.back(), R"("more":false)"));
  std::string all;
  for (const auto& part : heard)
    all += part;
  for (int i = 0; i < 3000; ++i)
    CAF_REQUIRE(contains(all, "\"databases/database-with-a-long-name-"
                                + std::to_string(i) + "\":{"));
}

CAF_TEST(its end is told) {
  subscribe();
  self->send_exit(aut, caf::exit_reason::user_shutdown);
  consume_messages();
  CAF_CHECK_EQUAL(heard.back(), R"({"event":"gone","topic":"instances/main"})");
}

CAF_TEST_FIXTURE_SCOPE_END()
