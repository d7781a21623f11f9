#define CAF_SUITE store_commands

#include "store/commands.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>
#include <sstream>

#include "store/password.hpp"
#include "store/secret.hpp"
#include "store/users_file.hpp"
#include "tests/config/temporary_directory.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace std::chrono_literals;

namespace {

/// What a command answered and printed.
struct printed {
  int code = 0;
  std::string out;
  std::string err;
};

template <class F>
printed run(F command) {
  std::ostringstream out;
  std::ostringstream err;
  auto real_out = std::cout.rdbuf(out.rdbuf());
  auto real_err = std::cerr.rdbuf(err.rdbuf());
  auto code = command();
  std::cout.rdbuf(real_out);
  std::cerr.rdbuf(real_err);
  return {code, out.str(), err.str()};
}

/// Runs `command` with `text` on standard input.
template <class F>
printed run_with(const std::string& text, F command) {
  int ends[2];
  CAF_REQUIRE_EQUAL(pipe(ends), 0);
  CAF_REQUIRE_EQUAL(write(ends[1], text.data(), text.size()),
                    ssize_t(text.size()));
  close(ends[1]);
  auto real = dup(STDIN_FILENO);
  dup2(ends[0], STDIN_FILENO);
  close(ends[0]);
  auto result = run(command);
  dup2(real, STDIN_FILENO);
  close(real);
  return result;
}

/// A command in a child whose terminal is ours to type at.
class typist {
public:
  template <class F>
  explicit typist(F command) {
    child_ = forkpty(&terminal_, nullptr, nullptr, nullptr);
    if (child_ == 0)
      _exit(command());
  }

  ~typist() {
    close(terminal_);
  }

  /// Waits until the screen shows `text`.
  bool sees(const std::string& text) {
    while (screen_.find(text, seen_) == std::string::npos)
      if (!read_more())
        return false;
    seen_ = screen_.find(text, seen_) + text.size();
    return true;
  }

  void type(const std::string& text) {
    CAF_REQUIRE_EQUAL(write(terminal_, text.data(), text.size()),
                      ssize_t(text.size()));
  }

  /// Reads until the child ends; its wait status.
  int end() {
    while (read_more())
      continue;
    int status = -1;
    waitpid(child_, &status, 0);
    return status;
  }

  const std::string& screen() const {
    return screen_;
  }

private:
  bool read_more() {
    pollfd ready{terminal_, POLLIN, 0};
    char buffer[256];
    if (poll(&ready, 1, 10'000) != 1)
      return false;
    auto n = read(terminal_, buffer, sizeof(buffer));
    if (n > 0)
      screen_.append(buffer, static_cast<size_t>(n));
    return n > 0;
  }

  pid_t child_ = -1;
  int terminal_ = -1;
  std::string screen_;
  size_t seen_ = 0;
};

struct fixture {
  printed add(const std::string& name, const std::string& role,
              const std::string& input = "correct horse\n") {
    return run_with(input,
                    [&] { return store::user_add(data, name, role, true); });
  }

  store::users known() {
    return store::read_users(data / "users.toml");
  }

  temporary_directory dir;
  std::filesystem::path data = dir.path() / "data";
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(commands_tests, fixture)

CAF_TEST(a user is added with a password from standard input) {
  auto x = add("ana", "operator");
  CAF_CHECK_EQUAL(x.code, 0);
  CAF_CHECK_EQUAL(x.out + x.err, "");
  auto all = known();
  CAF_REQUIRE_EQUAL(all.members.size(), 1u);
  CAF_CHECK(all.members[0].role == role::operator_);
  CAF_CHECK(store::verify_password(all.members[0].password, "correct horse"));
}

CAF_TEST(the newline is no part of the password and may be missing) {
  CAF_CHECK_EQUAL(add("ana", "admin", "correct horse").code, 0);
  CAF_CHECK(
    store::verify_password(known().members[0].password, "correct horse"));
}

CAF_TEST(a password that is refused adds nobody) {
  auto x = add("ana", "admin", "short\n");
  CAF_CHECK_EQUAL(x.code, 1);
  CAF_CHECK_EQUAL(x.err, "atalaya: password: shorter than 8 characters; "
                         "choose a longer one\n");
  CAF_CHECK_EQUAL(add("ana", "admin", "").code, 1);
  CAF_CHECK_EQUAL(add("ana", "admin", std::string(2000, 'x')).code, 1);
  CAF_CHECK_EQUAL(known().members.size(), 0u);
}

CAF_TEST(what is wrong in the command is told from what fails) {
  CAF_CHECK_EQUAL(add("a b", "admin").code, 2);
  auto x = add("ana", "boss");
  CAF_CHECK_EQUAL(x.code, 2);
  CAF_CHECK_EQUAL(x.err, "atalaya: role \"boss\": there is none of this name; "
                         "write viewer, operator or admin\n");
  add("ana", "admin");
  CAF_CHECK_EQUAL(add("ana", "admin").code, 1);
}

CAF_TEST(without a terminal the password must come otherwise) {
  auto x = run_with("correct horse\n", [&] {
    return store::user_add(data, "ana", "admin", false);
  });
  CAF_CHECK_EQUAL(x.code, 2);
  CAF_CHECK_EQUAL(x.err, "atalaya: password: no terminal to ask for it; use "
                         "--password-stdin\n");
}

CAF_TEST(at a terminal the password is asked twice and not shown) {
  typist user{[&] { return store::user_add(data, "ana", "admin", false); }};
  CAF_REQUIRE(user.sees("Password: "));
  user.type("correct horse\n");
  CAF_REQUIRE(user.sees("The same again: "));
  user.type("correct horse\n");
  CAF_CHECK_EQUAL(user.end(), 0);
  CAF_CHECK_EQUAL(user.screen(), "Password: \r\nThe same again: \r\n");
  CAF_CHECK_EQUAL(known().members.size(), 1u);
}

CAF_TEST(two different passwords are refused) {
  typist user{[&] { return store::user_add(data, "ana", "admin", false); }};
  CAF_REQUIRE(user.sees("Password: "));
  user.type("correct horse\n");
  CAF_REQUIRE(user.sees("The same again: "));
  user.type("correct house\n");
  CAF_CHECK_EQUAL(WEXITSTATUS(user.end()), 1);
  CAF_CHECK(user.screen().find("atalaya: password: the two are not the same; "
                               "try again")
            != std::string::npos);
  CAF_CHECK_EQUAL(known().members.size(), 0u);
}

CAF_TEST(an interrupted question ends the command) {
  typist user{[&] { return store::user_add(data, "ana", "admin", false); }};
  CAF_REQUIRE(user.sees("Password: "));
  user.type("corr\x03");
  auto status = user.end();
  CAF_CHECK(WIFSIGNALED(status));
  CAF_CHECK_EQUAL(WTERMSIG(status), SIGINT);
}

CAF_TEST(nobody types a password for what can not be done) {
  typist user{[&] { return store::user_password(data, "ana", false); }};
  CAF_CHECK_EQUAL(WEXITSTATUS(user.end()), 1);
  CAF_CHECK_EQUAL(user.screen(), "atalaya: user ana: there is none of this "
                                 "name; see atalaya user list\r\n");
}

CAF_TEST(users are listed removed and given passwords) {
  add("ana", "admin");
  add("bartholomew", "viewer");
  auto list = [&] { return store::user_list(data); };
  CAF_CHECK_EQUAL(run(list).out, "ana          admin\nbartholomew  viewer\n");
  auto changed = run_with(
    "another horse\n", [&] { return store::user_password(data, "ana", true); });
  CAF_CHECK_EQUAL(changed.code, 0);
  CAF_CHECK(
    store::verify_password(known().members[0].password, "another horse"));
  auto remove = [&] { return store::user_remove(data, "ana"); };
  CAF_CHECK_EQUAL(run(remove).code, 0);
  CAF_CHECK_EQUAL(run(list).out, "bartholomew  viewer\n");
  auto again = run(remove);
  CAF_CHECK_EQUAL(again.code, 1);
  CAF_CHECK_EQUAL(again.err, "atalaya: user ana: there is none of this name; "
                             "see atalaya user list\n");
}

CAF_TEST(looking at a directory that is not there does not make it) {
  auto x = run([&] { return store::user_list(data); });
  CAF_CHECK_EQUAL(x.code, 0);
  CAF_CHECK_EQUAL(x.out + x.err, "");
  CAF_CHECK(!std::filesystem::exists(data));
}

CAF_TEST(a token is printed once and kept as a hash) {
  add("ana", "admin");
  auto x = run([&] { return store::token_create(data, "ana", "ci", 2160h); });
  CAF_CHECK_EQUAL(x.code, 0);
  CAF_CHECK(x.out.starts_with("atl_"));
  auto text = x.out.substr(0, x.out.size() - 1);
  auto token = known().tokens.at(0);
  CAF_CHECK_EQUAL(token.sha256, store::fingerprint(text));
  CAF_CHECK(token.expires == token.created + 2160h);
  CAF_CHECK(x.err.starts_with("Token " + token.id + ", shown only now"));
}

CAF_TEST(tokens are listed and revoked) {
  add("ana", "admin");
  run([&] { return store::token_create(data, "ana", "ci", std::nullopt); });
  auto id = known().tokens.at(0).id;
  auto list = run([&] { return store::token_list(data); });
  CAF_CHECK(list.out.starts_with(id + "  ana  20"));
  CAF_CHECK(list.out.find("  never") != std::string::npos);
  CAF_CHECK(list.out.ends_with("  ci\n"));
  auto revoke = [&] { return store::token_revoke(data, id); };
  CAF_CHECK_EQUAL(run(revoke).code, 0);
  CAF_CHECK_EQUAL(run(revoke).code, 1);
  CAF_CHECK_EQUAL(known().tokens.size(), 0u);
}

CAF_TEST(a users file that is wrong is said and left alone) {
  std::filesystem::create_directory(data);
  dir.write("data/users.toml", "[[user]]\nname = 5\n");
  auto x = add("ana", "admin");
  CAF_CHECK_EQUAL(x.code, 1);
  CAF_CHECK_EQUAL(x.err, "atalaya: " + (data / "users.toml").string()
                           + ":2:8: user.name: is not accepted; write 1 to 64 "
                             "plain characters\n");
}

CAF_TEST_FIXTURE_SCOPE_END()
