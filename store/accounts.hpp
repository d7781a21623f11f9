#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "actors/interfaces.hpp"
#include "store/hasher.hpp"
#include "store/login_limit.hpp"
#include "store/sign_ins.hpp"
#include "store/users.hpp"

namespace atalaya::store {

/// What an accounts actor stands on.
struct accounts_parts {
  std::filesystem::path users_file;
  std::shared_ptr<class sign_ins> sign_ins; ///< The actor's alone.
  hasher_actor hasher;
  std::function<timestamp()> now; ///< The time of day.
};

/// `accounts_actor`, and what it sends itself.
using accounts_impl = accounts_actor::extend<caf::reacts_to<atom::tick>>;

/// Who is signed in, by cookie or token, and which sockets live by that.
/// A right is withdrawn when users.toml says so: sign-ins of a user whose
/// password or role changed are void, and every socket of such a user ends.
struct accounts_state {
  static inline const char* name = "accounts";

  explicit accounts_state(accounts_impl::pointer self_ptr);

  /// Takes `with` and reads the users for the first time. Throws `error`.
  void begin(accounts_parts with);

  caf::result<sign_in> login(const std::string& user,
                             const std::string& password,
                             const std::string& address);

  caf::result<principal> check(const std::string& secret, bool bearer);

  void logout(const std::string& secret);

  void watch(const principal& who, const caf::actor& socket);

  /// Keeps the users known before where the file can't be read.
  void reload();

  /// Ends what has expired; an open socket keeps its sign-in in use.
  void tick();

  caf::expected<sign_in>
  finish_login(const user& known, const std::string& address);

  void adopt(users fresh);

  void end_sign_ins(const std::vector<std::string>& ids);

  /// Sends an exit to the sockets of those that `gone` picks.
  void end_sockets(const std::function<bool(const principal&)>& gone,
                   const std::string& sentence);

  bool still_valid(const principal& who) const;

  const token* live_token(const std::string& id) const;

  accounts_impl::pointer self;
  accounts_parts parts;
  users known;
  std::unordered_map<std::string, size_t> tokens; ///< Place by fingerprint.
  std::unordered_map<caf::actor_addr, principal> sockets;
  login_limit limit;
  size_t hashing = 0; ///< Passwords that wait for the hasher.
};

/// Spawn it detached: it reads and writes small files.
accounts_impl::behavior_type
accounts(accounts_impl::stateful_pointer<accounts_state> self,
         accounts_parts parts);

/// Starts the accounts of a data directory with threads of their own. Throws
/// `error` where users.toml is wrong, and what `open_history` throws.
accounts_actor spawn_accounts(caf::actor_system& sys,
                              const std::filesystem::path& users_file,
                              const std::filesystem::path& history_file);

} // namespace atalaya::store
