#include "operations/survey.hpp"

#include <deque>

#include "operations/backup_files.hpp"
#include "operations/disks.hpp"
#include "operations/filestores.hpp"
#include "operations/sidecar.hpp"

namespace atalaya {

namespace {

/// A surveyor that also tells itself to go on.
using walking_surveyor = surveyor_actor::extend<caf::reacts_to<atom::tick>>;

constexpr auto max_waiting = size_t{64};

/// Instances whose folders are remembered.
constexpr auto max_places = size_t{256};

struct job {
  survey_request request;
  caf::typed_response_promise<survey> promise;
  survey found;
  bool begun = false;
  size_t next = 0; ///< The database to go on with.
};

void add_sentence(std::string& to, const std::string& sentence) {
  if (!sentence.empty())
    to += (to.empty() ? "" : "; ") + sentence;
}

/// What is remembered of a place, forgotten when there are too many.
template <class T>
T& remembered(std::map<std::string, T>& places, const std::string& root) {
  if (places.size() >= max_places && !places.contains(root))
    places.clear();
  return places.try_emplace(root, root).first->second;
}

struct surveyor_state {
  static inline const char* name = "surveyor";

  surveyor_state() {
    // nop: not an aggregate, see facts of CAF 0.17 in C++20
  }

  /// Does a part of the first job; true when that is done.
  bool step();

  void end(job& x);

  std::deque<job> waiting;
  std::map<std::string, filestores> stores;
  std::map<std::string, backup_files> backups;
};

bool surveyor_state::step() {
  auto& x = waiting.front();
  auto& store = remembered(stores, x.request.filestore);
  if (!std::exchange(x.begun, true)) {
    store.forget_old();
    auto known = !x.request.filestore.empty();
    x.found.detail = known ? store.obstacle() : std::string{};
    x.found.filestores_readable = known && x.found.detail.empty();
  }
  if (!x.found.filestores_readable || x.next == x.request.databases.size()) {
    end(x);
    return true;
  }
  const auto& database = x.request.databases[x.next];
  std::string problem;
  if (!store.advance(database, problem))
    return false;
  if (problem.empty())
    x.found.filestores[database] = store.bytes(database);
  add_sentence(x.found.detail, problem);
  ++x.next;
  return false;
}

void surveyor_state::end(job& x) {
  x.found.disks = disks_of(x.request);
  x.promise.deliver(std::move(x.found));
}

caf::result<backup> changed(const backup_place& of, const backup_change& x) {
  try {
    return change_sidecar(of, x);
  } catch (const std::system_error& e) {
    if (e.code() == std::errc::no_such_file_or_directory)
      return failure(errc::not_found, "this backup is gone");
    return failure(errc::unavailable,
                   std::string{"the backup's sidecar can't be written: "}
                     + e.what());
  }
}

walking_surveyor::behavior_type
surveyor(walking_surveyor::stateful_pointer<surveyor_state> self) {
  return {
    [=](const survey_request& x) -> caf::result<survey> {
      auto& waiting = self->state.waiting;
      if (waiting.size() >= max_waiting)
        return failure(errc::too_many_requests, "the surveyor is behind");
      auto promise = self->make_response_promise<survey>();
      waiting.push_back({x, promise, {}});
      if (waiting.size() == 1)
        self->send(self, atom::tick_v);
      return promise;
    },
    [=](atom::backups, const std::string& folder) {
      auto& files = remembered(self->state.backups, folder);
      auto found = files.list();
      return backup_listing{std::move(found), files.paths(), files.detail()};
    },
    [](const backup_place& of, const backup_change& x) -> caf::result<backup> {
      return changed(of, x);
    },
    [=](atom::tick) {
      auto& st = self->state;
      // In turns: an instance with many files does not hold up the others.
      if (!st.step())
        st.waiting.push_back(std::move(st.waiting.front()));
      st.waiting.pop_front();
      if (!st.waiting.empty())
        self->send(self, atom::tick_v);
    },
  };
}

} // namespace

surveyor_actor spawn_surveyor(caf::actor_system& sys) {
  return sys.spawn<caf::detached>(surveyor);
}

} // namespace atalaya
