#include "store/sign_ins.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

namespace atalaya::store {

namespace {

int64_t milliseconds(timestamp x) {
  return x.time_since_epoch().count();
}

timestamp time_of(int64_t x) {
  return timestamp{std::chrono::milliseconds{x}};
}

} // namespace

sign_ins::sign_ins(connection db, timestamp now, sign_in_bounds bounds)
  : db_(std::move(db)), bounds_(bounds) {
  auto row
    = db_.prepare("SELECT id, user, credential, created, seen FROM sign_ins");
  while (row.step()) {
    auto seen = time_of(row.number(4));
    entries_[row.text(0)] = {row.text(1), row.text(2), time_of(row.number(3)),
                             seen, seen};
  }
  expire(now);
}

std::vector<std::string>
sign_ins::add(const std::string& id, const std::string& user,
              const std::string& credential, timestamp now) {
  auto result = make_room(user);
  entries_[id] = {user, credential, now, now, now};
  persist("INSERT INTO sign_ins VALUES (?, ?, ?, ?, ?)", id, user, credential,
          milliseconds(now), milliseconds(now));
  return result;
}

const sign_ins::entry*
sign_ins::find(const std::string& id, timestamp now) const {
  auto found = entries_.find(id);
  if (found == entries_.end() || !alive(found->second, now))
    return nullptr;
  return &found->second;
}

void sign_ins::touch(const std::string& id, timestamp now) {
  auto found = entries_.find(id);
  if (found == entries_.end())
    return;
  auto& x = found->second;
  x.seen = std::max(x.seen, now);
  if (x.seen - x.written < bounds_.written)
    return;
  x.written = x.seen;
  persist("UPDATE sign_ins SET seen = ? WHERE id = ?", milliseconds(x.seen),
          id);
}

void sign_ins::remove(const std::string& id) {
  if (entries_.erase(id) > 0)
    persist("DELETE FROM sign_ins WHERE id = ?", id);
}

std::vector<std::string>
sign_ins::remove_if(const std::function<bool(const entry&)>& gone) {
  std::vector<std::string> result;
  for (auto& [id, x] : entries_)
    if (gone(x))
      result.push_back(id);
  for (auto& id : result)
    remove(id);
  return result;
}

std::vector<std::string> sign_ins::expire(timestamp now) {
  return remove_if([&](const entry& x) { return !alive(x, now); });
}

bool sign_ins::alive(const entry& x, timestamp now) const {
  return now < x.created + bounds_.life && now < x.seen + bounds_.idle;
}

std::vector<std::string> sign_ins::make_room(const std::string& user) {
  size_t count = 0;
  const std::pair<const std::string, entry>* oldest = nullptr;
  for (auto& x : entries_) {
    if (x.second.user != user)
      continue;
    ++count;
    if (oldest == nullptr || x.second.seen < oldest->second.seen)
      oldest = &x;
  }
  if (oldest == nullptr || count < bounds_.per_user)
    return {};
  std::vector<std::string> result{oldest->first};
  remove(result.front());
  return result;
}

template <class... Ts>
void sign_ins::persist(std::string_view sql, const Ts&... xs) {
  try {
    db_.run(sql, xs...);
  } catch (const sqlite_error& e) {
    spdlog::error("{}; a restart of the server may sign people out, or in "
                  "again who signed out",
                  e.what());
  }
}

} // namespace atalaya::store
