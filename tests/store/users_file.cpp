#define CAF_SUITE store_users_file

#include "store/users_file.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include "store/error.hpp"
#include "store/users_toml.hpp"
#include "tests/config/temporary_directory.hpp"
#include "tests/store/refusal.hpp"
#include "tests/store/samples.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace std::chrono_literals;

namespace {

struct fixture {
  void add(const std::string& name) {
    store::edit_users(file, [&](store::users& to) {
      store::add_user(to, {name, role::operator_, "$argon2id$x"});
    });
  }

  /// The error's line without the directory.
  std::string refusal(std::string_view text) {
    dir.write("users.toml", text);
    auto what = refusal_of([&] { store::read_users(file); });
    return what.substr(what.find("users.toml"));
  }

  temporary_directory dir;
  std::filesystem::path file = dir.path() / "users.toml";
};

constexpr auto ana = "[[user]]\nname = \"ana\"\nrole = \"admin\"\n"
                     "password = \"$argon2id$x\"\n";

std::string token_of_ana(std::string_view lines) {
  return std::string{ana} + "[[token]]\n" + std::string{lines};
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(users_file_tests, fixture)

CAF_TEST(without a file there is nobody) {
  CAF_CHECK(store::read_users(file) == store::users{});
}

CAF_TEST(what was written is read back) {
  store::users x;
  for (auto [name, role] : {std::pair{"a@b", role::viewer},
                            {"b", role::operator_},
                            {"c", role::admin}})
    store::add_user(x, {name, role, "$argon2id$v=19$m=19456,t=2,p=1$a$b"});
  store::create_token(x, "b", "quote \" slash \\ ñ", day_zero, std::nullopt);
  store::create_token(x, "b", "y", day_zero + 1ms, 24h);
  store::edit_users(file, [&](store::users& to) { to = x; });
  CAF_CHECK(store::read_users(file) == x);
}

CAF_TEST(the file is for its owner alone) {
  add("ana");
  auto rights = std::filesystem::status(file).permissions();
  using std::filesystem::perms;
  CAF_CHECK(rights == (perms::owner_read | perms::owner_write));
  CAF_CHECK(!std::filesystem::exists(file.string() + ".new"));
}

CAF_TEST(a change that is refused leaves the file as it was) {
  add("ana");
  CAF_CHECK_NOT_EQUAL(refusal_of([&] { add("ana"); }), "accepted");
  CAF_CHECK_EQUAL(store::read_users(file).members.size(), 1u);
}

CAF_TEST(what could not be read back is not written) {
  add("ana");
  auto what = refusal_of([&] {
    store::edit_users(file, [](store::users& to) {
      store::create_token(to, "ana", "\xff", day_zero, {});
    });
  });
  CAF_CHECK_EQUAL(what, file.string()
                          + ": the change can't be written down; use plain "
                            "characters");
  CAF_CHECK_EQUAL(store::read_users(file).tokens.size(), 0u);
}

CAF_TEST(changes of several processes at once are all kept) {
  constexpr auto processes = 3;
  constexpr auto changes = 20;
  pid_t children[processes];
  for (int i = 0; i < processes; ++i) {
    children[i] = fork();
    if (children[i] == 0) {
      for (int j = 0; j < changes; ++j)
        add(std::to_string(i) + '-' + std::to_string(j));
      _exit(0);
    }
  }
  // Readers never see half a file.
  for (int i = 0; i < 200; ++i)
    CAF_REQUIRE_EQUAL(refusal_of([&] { store::read_users(file); }), "accepted");
  for (auto child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    CAF_CHECK_EQUAL(status, 0);
  }
  auto known = store::read_users(file);
  CAF_CHECK_EQUAL(known.members.size(), size_t(processes * changes));
}

CAF_TEST(what is wrong is refused at its place) {
  CAF_CHECK_EQUAL(refusal("[[user]]\nname = \"a b\""),
                  "users.toml:2:8: user.name: is not accepted; write 1 to 64 "
                  "plain characters");
  CAF_CHECK_EQUAL(refusal("[[user]]\nrole = \"admin\""),
                  "users.toml:1:1: user.name: is missing; write 1 to 64 plain "
                  "characters");
  CAF_CHECK_EQUAL(refusal("[[user]]\nname = \"ana\"\nrole = \"boss\""),
                  "users.toml:3:8: user.role: is not accepted; write viewer, "
                  "operator or admin");
  CAF_CHECK_EQUAL(refusal("[[user]]\nname = \"ana\"\nrole = \"admin\"\n"
                          "password = \"secret\""),
                  "users.toml:4:12: user.password: is not accepted; write "
                  "what atalaya user password makes");
  CAF_CHECK_EQUAL(refusal("[[user]]\nname = 5"),
                  "users.toml:2:8: user.name: is not accepted; write 1 to 64 "
                  "plain characters");
  CAF_CHECK_EQUAL(refusal(std::string{ana} + "mail = \"x\""),
                  "users.toml:5:1: user.mail: unknown key; remove it");
  CAF_CHECK_EQUAL(refusal("[users]"),
                  "users.toml:1:2: users.users: unknown key; remove it");
  CAF_CHECK_EQUAL(refusal("[user]\nname = \"ana\""),
                  "users.toml:1:1: users.user: must be tables in double "
                  "brackets");
  CAF_CHECK_EQUAL(refusal(std::string{ana} + ana),
                  "users.toml:6:8: user.name: is there twice; remove one");
  CAF_CHECK(
    refusal("[[user]]\nname = ").starts_with("users.toml:2:8: not TOML: "));
}

CAF_TEST(a token must be complete and of a user) {
  CAF_CHECK_EQUAL(refusal(token_of_ana("id = \"xyz\"")),
                  "users.toml:6:6: token.id: is not accepted; write 4 to 32 "
                  "hex digits");
  CAF_CHECK_EQUAL(refusal(token_of_ana("id = \"0123\"\nuser = \"bo\"")),
                  "users.toml:7:8: token.user: is not accepted; write the name "
                  "of a [[user]]");
  auto begin = "id = \"0123\"\nuser = \"ana\"\nlabel = \"x\"\nsha256 = \""
               + std::string(64, 'a') + "\"\n";
  CAF_CHECK_EQUAL(refusal(token_of_ana(begin + "created = 2026-01-01")),
                  "users.toml:10:11: token.created: is not accepted; write a "
                  "time such as \"2026-11-22T13:43:49Z\"");
  auto whole = begin + "created = \"2026-11-22T13:43:49Z\"\n";
  CAF_CHECK_EQUAL(refusal(token_of_ana(whole + "expires = \"never\"")),
                  "users.toml:11:11: token.expires: is not accepted; write a "
                  "time such as \"2026-11-22T13:43:49Z\"");
  CAF_CHECK_EQUAL(refusal(token_of_ana(whole + "[[token]]\n" + whole)),
                  "users.toml:12:6: token.id: is there twice; remove one");
}

CAF_TEST_FIXTURE_SCOPE_END()
