#define CAF_SUITE children

#include "actors/children.hpp"

#include "tests/actors/fixture.hpp"

using namespace atalaya;
using namespace atalaya::test;
using namespace std::chrono_literals;

namespace {

struct parent_state {
  static inline const char* name = "parent";

  explicit parent_state(caf::event_based_actor*) {
    // nop
  }

  children kids;
};

using made_list = std::vector<std::pair<std::string, caf::actor>>;

caf::behavior parent(caf::stateful_actor<parent_state>* self, made_list* made) {
  auto& kids = self->state.kids;
  kids.init(self, [=](const std::string& name) {
    auto child = self->home_system().spawn(idle);
    made->emplace_back(name, child);
    return child;
  });
  self->set_down_handler([&](const caf::down_msg& x) { kids.on_down(x); });
  return {
    [&](atom::put, const std::string& name) { kids.keep(name); },
    [&](atom::remove, const std::string& name) { kids.drop(name); },
    [&](atom::restart, const std::string& name) { kids.restart(name); },
    [&](atom::get) { return kids.names().size(); },
  };
}

struct children_fixture : fixture {
  children_fixture() {
    aut = sys.spawn(parent, &made);
    to_end = {aut};
  }

  ~children_fixture() override {
    for (const auto& [name, child] : made)
      to_end.push_back(child);
  }

  void crash() {
    self->send_exit(made.back().second, caf::exit_reason::kill);
    consume_messages();
  }

  made_list made;
  caf::actor aut;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(children_tests, children_fixture)

CAF_TEST(keeping a child twice makes one) {
  tell(aut, atom::put_v, "a");
  tell(aut, atom::put_v, "a");
  CAF_CHECK_EQUAL(made.size(), 1u);
}

CAF_TEST(a child that dies is made again after the delay and not before) {
  tell(aut, atom::put_v, "a");
  crash();
  pass(99ms);
  CAF_CHECK_EQUAL(made.size(), 1u);
  pass(1ms);
  CAF_CHECK_EQUAL(made.size(), 2u);
}

CAF_TEST(the delay doubles up to its ceiling) {
  tell(aut, atom::put_v, "a");
  auto delay = 100ms;
  for (size_t i = 0; i < 12; ++i) {
    crash();
    pass(delay - 1ms);
    CAF_CHECK_EQUAL(made.size(), i + 1);
    pass(1ms);
    CAF_CHECK_EQUAL(made.size(), i + 2);
    delay = std::min<std::chrono::milliseconds>(delay * 2, 30s);
  }
}

CAF_TEST(a minute of health clears the count) {
  tell(aut, atom::put_v, "a");
  for (size_t i = 0; i < 5; ++i) {
    crash();
    pass(100ms);
    CAF_CHECK_EQUAL(made.size(), i + 2);
    pass(1min);
  }
}

CAF_TEST(a child that ends well is forgotten) {
  tell(aut, atom::put_v, "a");
  tell(made.back().second, caf::close_atom_v);
  pass(1min);
  CAF_CHECK_EQUAL(made.size(), 1u);
  CAF_CHECK_EQUAL(get<size_t>(aut, atom::get_v), 0u);
}

CAF_TEST(a child that was dropped while it waited stays away) {
  tell(aut, atom::put_v, "a");
  crash();
  tell(aut, atom::remove_v, "a");
  pass(1min);
  CAF_CHECK_EQUAL(made.size(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
