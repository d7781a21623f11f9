#include "store/history.hpp"

#include <spdlog/spdlog.h>

#include "store/history_file.hpp"

namespace atalaya::store {

namespace {

timestamp now() {
  return atalaya::now();
}

/// Calls `f` with the file, once more with a new one where it turned out to be
/// damaged. Answers errc::unavailable where that fails too.
template <class F>
auto attempt(history_state& st, F f)
  -> caf::expected<std::invoke_result_t<F, history_file&>> {
  try {
    try {
      return f(*st.file);
    } catch (const sqlite_error& e) {
      if (!e.corrupt())
        throw;
      st.file->reopen();
      return f(*st.file);
    }
  } catch (const std::exception& e) {
    st.report(e.what());
    return failure(errc::unavailable,
                   "history.db can't be read: see the server's log");
  }
}

/// As `attempt`, for what nobody waits for.
template <class F>
void write(history_state& st, F f) {
  auto done = attempt(st, [&f](history_file& to) {
    f(to);
    return caf::unit;
  });
  if (done)
    st.last_problem.clear();
}

} // namespace

history_state::history_state() {
  // nop
}

void history_state::report(const std::string& problem) {
  if (problem != last_problem)
    spdlog::error("{}; what happens is not remembered until that is mended",
                  problem);
  last_problem = problem;
}

history_actor::behavior_type
history(history_actor::stateful_pointer<history_state> self,
        std::shared_ptr<history_file> file) {
  auto& st = self->state;
  st.file = std::move(file);
  return {
    [&st](atom::record, const operation& x) {
      write(st, [&](history_file& to) { to.record(x); });
    },
    [&st](atom::log, const std::string& id, const std::vector<log_entry>& xs) {
      write(st, [&](history_file& to) { to.append(id, xs); });
    },
    [&st](atom::record, const size_sample& x) {
      write(st, [&](history_file& to) { to.record(x); });
    },
    [&st](atom::record, const audit_entry& x) {
      write(st, [&](history_file& to) { to.record(x); });
    },
    [&st](atom::recover) {
      return attempt(st, [](history_file& in) { return in.recover(now()); });
    },
    [&st](const operation_query& query) {
      return attempt(st, [&](history_file& in) { return in.find(query); });
    },
    [&st](atom::get, const std::string& id) -> caf::result<operation_record> {
      auto found = attempt(st, [&](history_file& in) { return in.get(id); });
      if (!found)
        return found.error();
      if (!*found)
        return failure(errc::not_found, "there is no operation " + id);
      return std::move(**found);
    },
    [&st](atom::samples, const std::string& instance,
          const std::string& database, uint32_t days) {
      return attempt(st, [&](history_file& in) {
        return in.samples(instance, database, days, now());
      });
    },
    [&st](atom::audit, uint32_t limit) {
      return attempt(st, [&](history_file& in) { return in.audit(limit); });
    },
  };
}

history_actor
spawn_history(caf::actor_system& sys, const std::filesystem::path& file) {
  return sys.spawn<caf::detached>(history,
                                  std::make_shared<history_file>(file));
}

} // namespace atalaya::store
