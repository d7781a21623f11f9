#define CAF_SUITE store_accounts_threads

#include "store/accounts.hpp"

#include "store/password.hpp"
#include "store/users_file.hpp"
#include "tests/config/temporary_directory.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace std::chrono_literals;

CAF_TEST(real passwords are checked beside the requests) {
  temporary_directory dir;
  auto users_file = dir.path() / "users.toml";
  store::edit_users(users_file, [](store::users& to) {
    auto hash = store::hash_password("correct horse");
    store::add_user(to, {"ana", role::admin, hash});
  });
  caf::actor_system_config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  auto aut = store::spawn_accounts(sys, users_file, dir.path() / "history.db");
  // Says in which order the answers came.
  auto asker = [&](caf::event_based_actor* ptr) {
    auto note = [ptr, to = caf::actor{self}](const char* word) {
      ptr->send(to, std::string{word});
    };
    for (auto password : {"correct horse", "incorrect horse"})
      ptr
        ->request(aut, 30s, atom::login_v, std::string{"ana"},
                  std::string{password}, std::string{"::1"})
        .then([=](const sign_in&) { note("signed in"); },
              [=](const caf::error& err) {
                note(to_string(code_of(err)).c_str());
              });
    ptr->request(aut, 30s, atom::check_v, std::string{"x"}, false)
      .then([=](const principal&) { note("checked"); },
            [=](const caf::error&) { note("refused"); });
  };
  sys.spawn(asker);
  std::string order;
  for (int i = 0; i < 3; ++i)
    self->receive([&](const std::string& word) { order += word + ". "; });
  CAF_CHECK_EQUAL(order, "refused. signed in. unauthenticated. ");
  self->send_exit(aut, caf::exit_reason::user_shutdown);
}
