#pragma once

// An accounts actor over real files, with a hasher that costs nothing and a
// time of day that a test sets. Include it behind the header under test.

#include <map>

#include "store/accounts.hpp"
#include "store/open_history.hpp"
#include "store/password.hpp"
#include "store/users_file.hpp"
#include "tests/config/temporary_directory.hpp"
#include "tests/store/samples.hpp"

#include <caf/test/dsl.hpp>

namespace atalaya {

using namespace std::chrono_literals;

/// Stands for argon2id: the password "right" is right for every user that
/// there is. Notes what it was asked.
struct asked {
  std::vector<std::pair<std::string, std::string>> questions;
};

inline store::hasher_actor::behavior_type
fast_hasher(store::hasher_actor::pointer, std::shared_ptr<asked> notes) {
  return {
    [notes](const std::string& hash, const std::string& password) {
      notes->questions.emplace_back(hash, password);
      return password == "right" && hash != store::dummy_hash();
    },
  };
}

inline store::hasher_actor::behavior_type
silent_hasher(store::hasher_actor::pointer self) {
  return {
    [self](const std::string&, const std::string&) -> caf::result<bool> {
      return self->make_response_promise<bool>();
    },
  };
}

inline constexpr auto withdrawn
  = "unauthenticated: the right to be here was changed "
    "or withdrawn; sign in again";
inline constexpr auto expired
  = "unauthenticated: the sign-in or token has expired; sign in again";
inline constexpr auto not_signed_in
  = "unauthenticated: not signed in, or no longer; sign in again";

struct accounts_fixture : test_coordinator_fixture<> {
  accounts_fixture() {
    edit([](store::users& to) {
      store::add_user(to, {"ana", role::admin, "$argon2id$a"});
      store::add_user(to, {"bo", role::viewer, "$argon2id$b"});
    });
    hasher = sys.spawn(fast_hasher, notes);
    begin();
  }

  ~accounts_fixture() override {
    stop();
    for (auto& socket : sockets)
      self->send_exit(socket, caf::exit_reason::kill);
    self->send_exit(hasher, caf::exit_reason::user_shutdown);
  }

  void begin() {
    store::accounts_parts parts;
    parts.users_file = users_file;
    parts.sign_ins = std::make_shared<store::sign_ins>(
      store::open_history(dir.path() / "history.db"), now);
    parts.hasher = hasher;
    parts.now = [this] { return now; };
    aut = sys.spawn(store::accounts, std::move(parts));
    consume_messages();
  }

  void stop() {
    self->send_exit(aut, caf::exit_reason::user_shutdown);
    consume_messages();
    aut = nullptr;
  }

  void edit(const std::function<void(store::users&)>& change) {
    store::edit_users(users_file, change);
  }

  void edit_and_reload(const std::function<void(store::users&)>& change) {
    edit(change);
    reload();
  }

  void reload() {
    self->send(aut, atom::reload_v);
    consume_messages();
  }

  template <class T, class... Ts>
  T ask(const Ts&... xs) {
    err = caf::none;
    auto reply = self->request(aut, caf::infinite, xs...);
    consume_messages();
    T result{};
    reply.receive([&](T& x) { result = std::move(x); },
                  [&](caf::error& x) { err = std::move(x); });
    return result;
  }

  sign_in login(const std::string& user, const std::string& password = "right",
                const std::string& address = "10.0.0.1") {
    return ask<sign_in>(atom::login_v, user, password, address);
  }

  principal check(const std::string& secret, bool bearer = false) {
    return ask<principal>(atom::check_v, secret, bearer);
  }

  bool valid(const std::string& secret, bool bearer = false) {
    check(secret, bearer);
    if (err)
      CAF_CHECK(code_of(err) == errc::unauthenticated);
    return !err;
  }

  void logout(const std::string& secret) {
    err = caf::none;
    // A result of unit_t travels as an empty message.
    auto reply = self->request(caf::actor_cast<caf::actor>(aut), caf::infinite,
                               atom::logout_v, secret);
    consume_messages();
    reply.receive(
      [] {
        // nop
      },
      [&](caf::error& x) { err = std::move(x); });
  }

  /// An actor that lives as a socket would, watched for `who`.
  caf::actor open_socket(const principal& who) {
    auto socket = sys.spawn([this](caf::event_based_actor* ptr) {
      ptr->set_exit_handler([this, ptr](const caf::exit_msg& x) {
        exits[ptr->address()] = x.reason;
        ptr->quit(x.reason);
      });
      return caf::behavior{[](int) {
        // nop
      }};
    });
    sockets.push_back(socket);
    self->send(aut, atom::watch_v, who, socket);
    consume_messages();
    return socket;
  }

  /// Why a socket was ended; empty while it is open.
  std::string end_of(const caf::actor& socket) {
    auto found = exits.find(socket.address());
    if (found == exits.end())
      return {};
    return to_string(code_of(found->second)) + ": "
           + sentence_of(found->second);
  }

  void pass(std::chrono::milliseconds time) {
    now += time;
    advance_time(1min);
    consume_messages();
  }

  store::issued_token token_for(const std::string& user,
                                std::optional<std::chrono::seconds> lifetime) {
    store::issued_token result;
    edit_and_reload([&](store::users& in) {
      result = store::create_token(in, user, "test", now, lifetime);
    });
    return result;
  }

  temporary_directory dir;
  std::filesystem::path users_file = dir.path() / "users.toml";
  timestamp now = day_zero;
  std::shared_ptr<asked> notes = std::make_shared<asked>();
  store::hasher_actor hasher;
  accounts_actor aut;
  caf::error err;
  std::vector<caf::actor> sockets;
  std::map<caf::actor_addr, caf::error> exits;
};

} // namespace atalaya
