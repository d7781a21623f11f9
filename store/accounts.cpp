#include "store/accounts.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "store/error.hpp"
#include "store/open_history.hpp"
#include "store/password.hpp"
#include "store/secret.hpp"
#include "store/users_file.hpp"

namespace atalaya::store {

namespace {

using namespace std::chrono_literals;

constexpr size_t most_hashing = 32;
constexpr auto hashing_takes_at_most = 30s;
constexpr auto between_ticks = 1min;

timestamp time_of_day() {
  return atalaya::now();
}

/// What a sign-in was given for; another one when password or role change.
std::string credential_of(const user& x) {
  return fingerprint(to_string(x.role) + ' ' + x.password);
}

/// As the contract of `accounts_actor` wants it: the seconds come first.
caf::error too_many(std::chrono::seconds wait, const char* why) {
  return failure(errc::too_many_requests, std::to_string(wait.count())
                                            + " seconds to wait: " + why
                                            + "; then sign in again");
}

caf::error wrong_login() {
  return failure(errc::unauthenticated,
                 "sign-in: user or password is wrong; try again");
}

caf::error not_signed_in() {
  return failure(errc::unauthenticated,
                 "not signed in, or no longer; sign in again");
}

} // namespace

accounts_state::accounts_state(accounts_impl::pointer self_ptr)
  : self(self_ptr) {
  // nop
}

void accounts_state::begin(accounts_parts with) {
  parts = std::move(with);
  adopt(read_users(parts.users_file));
  self->set_down_handler(
    [this](const caf::down_msg& x) { sockets.erase(x.source); });
  self->delayed_send(self, between_ticks, atom::tick_v);
}

caf::result<sign_in> accounts_state::login(const std::string& user,
                                           const std::string& password,
                                           const std::string& address) {
  if (hashing >= most_hashing)
    return too_many(1s, "too many people sign in at this moment");
  if (auto wait = limit.begin(user, address, parts.now()); wait > 0s)
    return too_many(wait, "too many failed sign-ins");
  // The same work is done for a user that there isn't, and for a password
  // that none can have.
  auto found = find_user(known, user);
  auto possible = password.size() <= most_password;
  auto hash = found && possible ? found->password : dummy_hash();
  auto expected = found && possible ? *found : store::user{};
  auto promise = self->make_response_promise<sign_in>();
  ++hashing;
  self
    ->request(parts.hasher, hashing_takes_at_most, hash,
              possible ? password : std::string{})
    .then(
      [=, this](bool right) mutable {
        --hashing;
        auto result = right ? finish_login(expected, address)
                            : caf::expected<sign_in>{wrong_login()};
        if (result)
          promise.deliver(std::move(*result));
        else
          promise.deliver(std::move(result.error()));
      },
      [=, this](const caf::error& err) mutable {
        --hashing;
        promise.deliver(
          failure(errc::unavailable,
                  "sign-in: " + sentence_of(err) + "; try again in a minute"));
      });
  return promise;
}

caf::expected<sign_in>
accounts_state::finish_login(const user& expected, const std::string& address) {
  auto current = find_user(known, expected.name);
  if (current == nullptr || *current != expected)
    return wrong_login(); // changed while the password was being checked
  limit.succeed(current->name, address);
  auto secret = make_secret();
  auto id = fingerprint(secret);
  end_sign_ins(parts.sign_ins->add(id, current->name, credential_of(*current),
                                   parts.now()));
  return sign_in{{current->name, current->role, id}, std::move(secret)};
}

caf::result<principal>
accounts_state::check(const std::string& secret, bool bearer) {
  auto id = fingerprint(secret);
  principal result;
  if (bearer) {
    auto place = tokens.find(id);
    if (place == tokens.end())
      return not_signed_in();
    auto& token = known.tokens[place->second];
    result = {token.user, role::viewer, token.id};
  } else {
    auto entry = parts.sign_ins->find(id, parts.now());
    if (entry == nullptr)
      return not_signed_in();
    result = {entry->user, role::viewer, id};
    parts.sign_ins->touch(id, parts.now());
  }
  auto user = find_user(known, result.user);
  if (user == nullptr)
    return not_signed_in();
  result.role = user->role;
  if (bearer && live_token(result.sign_in) == nullptr)
    return not_signed_in();
  return result;
}

void accounts_state::logout(const std::string& secret) {
  auto id = fingerprint(secret);
  parts.sign_ins->remove(id);
  end_sign_ins({id});
}

void accounts_state::watch(const principal& who, const caf::actor& socket) {
  if (!still_valid(who)) {
    self->send_exit(socket, not_signed_in());
    return;
  }
  auto address = caf::actor_cast<caf::actor_addr>(socket);
  if (sockets.insert_or_assign(address, who).second)
    self->monitor(socket);
}

void accounts_state::reload() {
  try {
    adopt(read_users(parts.users_file));
  } catch (const std::exception& e) {
    spdlog::error("{}; the users known before stay", e.what());
  }
}

void accounts_state::tick() {
  self->delayed_send(self, between_ticks, atom::tick_v);
  auto now = parts.now();
  for (auto& [socket, who] : sockets)
    if (parts.sign_ins->find(who.sign_in, now) != nullptr)
      parts.sign_ins->touch(who.sign_in, now);
  parts.sign_ins->expire(now);
  end_sockets([this](const principal& who) { return !still_valid(who); },
              "the sign-in or token has expired; sign in again");
  reload(); // a change may have gone unheard
}

void accounts_state::adopt(users fresh) {
  auto before = std::exchange(known, std::move(fresh));
  tokens.clear();
  for (size_t i = 0; i < known.tokens.size(); ++i)
    tokens[known.tokens[i].sha256] = i;
  std::unordered_map<std::string, std::string> credentials;
  for (auto& x : known.members)
    credentials[x.name] = credential_of(x);
  parts.sign_ins->remove_if([&](const sign_ins::entry& x) {
    return credentials[x.user] != x.credential;
  });
  std::unordered_set<std::string> changed;
  for (auto& x : before.members)
    if (credentials[x.name] != credential_of(x))
      changed.insert(x.name);
  end_sockets(
    [&](const principal& who) {
      return changed.contains(who.user) || !still_valid(who);
    },
    "the right to be here was changed or withdrawn; sign in again");
}

void accounts_state::end_sign_ins(const std::vector<std::string>& ids) {
  end_sockets(
    [&](const principal& who) {
      return std::find(ids.begin(), ids.end(), who.sign_in) != ids.end();
    },
    "signed out; sign in again");
}

void accounts_state::end_sockets(
  const std::function<bool(const principal&)>& gone,
  const std::string& sentence) {
  std::erase_if(sockets, [&](const auto& x) {
    if (!gone(x.second))
      return false;
    self->demonitor(x.first);
    self->send_exit(x.first, failure(errc::unauthenticated, sentence));
    return true;
  });
}

bool accounts_state::still_valid(const principal& who) const {
  auto user = find_user(known, who.user);
  if (user == nullptr || user->role != who.role)
    return false;
  return live_token(who.sign_in) != nullptr
         || parts.sign_ins->find(who.sign_in, parts.now()) != nullptr;
}

const token* accounts_state::live_token(const std::string& id) const {
  auto found = std::find_if(known.tokens.begin(), known.tokens.end(),
                            [&](const token& x) { return x.id == id; });
  if (found == known.tokens.end()
      || (found->expires && *found->expires <= parts.now()))
    return nullptr;
  return &*found;
}

accounts_impl::behavior_type
accounts(accounts_impl::stateful_pointer<accounts_state> self,
         accounts_parts parts) {
  auto& st = self->state;
  st.begin(std::move(parts));
  return {
    [&st](atom::login, const std::string& user, const std::string& password,
          const std::string& address) {
      return st.login(user, password, address);
    },
    [&st](atom::check, const std::string& secret, bool bearer) {
      return st.check(secret, bearer);
    },
    [&st](atom::logout, const std::string& secret) {
      st.logout(secret);
      return caf::unit;
    },
    [&st](atom::watch, const principal& who, const caf::actor& socket) {
      st.watch(who, socket);
    },
    [&st](atom::reload) { st.reload(); },
    [&st](atom::tick) { st.tick(); },
  };
}

accounts_actor spawn_accounts(caf::actor_system& sys,
                              const std::filesystem::path& users_file,
                              const std::filesystem::path& history_file) {
  // Wrong files are told to whoever starts the server, not to the actor.
  read_users(users_file);
  auto signed_in = std::make_shared<sign_ins>(open_history(history_file),
                                              time_of_day());
  auto hashing = sys.spawn<caf::detached>(hasher);
  return sys.spawn<caf::detached>(
    accounts, accounts_parts{users_file, std::move(signed_in),
                             std::move(hashing), time_of_day});
}

} // namespace atalaya::store
