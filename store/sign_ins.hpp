#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/reflect/time.hpp"
#include "store/sqlite.hpp"

namespace atalaya::store {

/// How long and how many sign-ins live.
struct sign_in_bounds {
  std::chrono::days life{30};      ///< From signing in.
  std::chrono::days idle{7};       ///< From the last request.
  std::chrono::minutes written{5}; ///< Oldest `seen` on disk.
  size_t per_user = 100;           ///< The one seen first goes.
};

/// The browsers that are signed in, in memory and in history.db, so that they
/// stay so when the server is restarted. A sign-in is known by the
/// `fingerprint` of its cookie's secret. A disk that fails is reported; then
/// memory alone counts.
class sign_ins {
public:
  struct entry {
    std::string user;
    std::string credential; ///< Changes when the user's rights do.
    timestamp created;
    timestamp seen;
    timestamp written; ///< The value of `seen` on disk.
  };

  /// Reads those of `db` that are alive at `now`, and forgets the others.
  sign_ins(connection db, timestamp now, sign_in_bounds bounds = {});

  /// Answers the ids that had to go for it.
  std::vector<std::string> add(const std::string& id, const std::string& user,
                               const std::string& credential, timestamp now);

  /// Null where there is none, or where it has expired at `now`.
  const entry* find(const std::string& id, timestamp now) const;

  /// It is in use at `now`.
  void touch(const std::string& id, timestamp now);

  void remove(const std::string& id);

  /// Removes those that `gone` picks, and answers their ids.
  std::vector<std::string>
  remove_if(const std::function<bool(const entry&)>& gone);

  /// Removes what has expired at `now`, and answers the ids.
  std::vector<std::string> expire(timestamp now);

  size_t size() const {
    return entries_.size();
  }

private:
  bool alive(const entry& x, timestamp now) const;

  std::vector<std::string> make_room(const std::string& user);

  template <class... Ts>
  void persist(std::string_view sql, const Ts&... xs);

  connection db_;
  sign_in_bounds bounds_;
  std::unordered_map<std::string, entry> entries_;
};

} // namespace atalaya::store
