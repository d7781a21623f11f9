#include "serve.hpp"

#include <cstdlib>
#include <future>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_future.hpp>
#include <caf/scoped_actor.hpp>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include "actors/claims.hpp"
#include "actors/guardian.hpp"
#include "actors/root.hpp"
#include "discovery_settings.hpp"
#include "net/engine/actor.hpp"
#include "net/postgres/cluster.hpp"
#include "net/server/server.hpp"
#include "net/watch/folder_watch.hpp"
#include "operations/recover.hpp"
#include "operations/run.hpp"
#include "operations/survey.hpp"
#include "store/accounts.hpp"
#include "store/data_dir.hpp"
#include "store/history.hpp"
#include "ui/page.hpp"
#include "version.hpp"

namespace atalaya {

namespace {

namespace asio = boost::asio;

/// Operations are told to stop and waited for; a container that takes its
/// whole grace is left to the engine.
constexpr std::chrono::seconds farewell{12};

/// CAF as it must be set for many small messages (facts/cpp-caf-asio.md 6.1:
/// the default scheduler collapses under fan-out).
struct caf_config : caf::actor_system_config {
  caf_config() {
    add_message_types<caf::id_block::atalaya>();
    add_message_types<caf::id_block::atalaya_handles>();
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", size_t{2});
    set("scheduler.max-throughput", size_t{300});
  }
};

net::web::server_options options_of(const config::configuration& x) {
  net::web::server_options result;
  result.host = x.server.listen.host;
  result.port = x.server.listen.port;
  result.public_url = x.server.public_url;
  result.base_path = x.server.base_path;
  result.trusted_proxies = x.server.trusted_proxies;
  result.tls_certificate = x.server.tls_certificate;
  result.tls_key = x.server.tls_key;
  result.version = version;
  result.sessions = x.limits.sessions;
  result.session_log_lines = x.limits.session_log_lines;
  return result;
}

/// A connection is a descriptor, and many systems allow 1024 unless asked.
void raise_descriptor_limit(size_t sessions) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < sessions)
    spdlog::warn("limits.sessions is {}, but this process may open only {} "
                 "files; raise its limit (LimitNOFILE=)",
                 sessions, limit.rlim_max);
}

/// Everything that runs, made in this order and ended in the other: the Asio
/// context outlives the actor system, whose actors live on it.
class program {
public:
  explicit program(const config::configuration& settings)
    : data_(settings.server.data_dir), lock_(data_.lock()), sys_(caf_) {
    try {
      begin(settings);
    } catch (...) {
      end(); // the actor system would wait for its actors
      throw;
    }
  }

  ~program() {
    end();
  }

  /// Runs until a signal asks to stop.
  void run() {
    auto signal = asked_to_stop_.get_future().get();
    spdlog::info("signal {} asks to stop", signal);
  }

private:
  void begin(const config::configuration& settings) {
    // Before anybody can know that it serves, and ask it to stop.
    signals_.async_wait([this](const auto& err, int signal) {
      if (!err)
        asked_to_stop_.set_value(signal);
    });
    workshop shop{net::parse_engine_address(settings.server.engine),
                  store::journal{data_.journal()}, data_.server_id()};
    history_ = store::spawn_history(sys_, data_.history_file());
    accounts_ = store::spawn_accounts(sys_, data_.users_file(),
                                      data_.history_file());
    report_interrupted(shop);
    auto env = std::make_shared<environment>();
    env->history = history_;
    env->surveyor = surveyor_ = spawn_surveyor(sys_);
    env->claims = claims_
      = sys_.spawn(claims, size_t{settings.limits.operations_at_once});
    env->follow_cluster = [this](const postgres_target& target,
                                 caf::actor listener) {
      return caf::actor_cast<caf::actor>(net::spawn_cluster(
        sys_, io_.get_executor(), target, std::move(listener)));
    };
    env->follow_backups = [this](const std::string& folder,
                                 caf::actor listener) {
      return net::spawn_watch(sys_, io_.get_executor(), {{folder, true}},
                              std::move(listener));
    };
    env->run = run_operations(sys_, shop);
    env->discovery = discovery_settings(settings, data_.backups());
    env->log_backlog = settings.limits.log_backlog;
    root_ = sys_.spawn(root, env);
    users_watch_ = net::spawn_watch(sys_, io_.get_executor(),
                                    {{data_.users_file()}},
                                    caf::actor_cast<caf::actor>(accounts_));
    engine_ = net::spawn_engine(sys_, io_.get_executor(), shop.engine);
    caf::anon_send(engine_, atom::watch_v, caf::actor_cast<caf::actor>(root_));
    guardian_ = guard(sys_,
                      {{"root", caf::actor_cast<caf::actor>(root_)},
                       {"engine", caf::actor_cast<caf::actor>(engine_)},
                       {"accounts", caf::actor_cast<caf::actor>(accounts_)},
                       {"claims", caf::actor_cast<caf::actor>(claims_)},
                       {"surveyor", caf::actor_cast<caf::actor>(surveyor_)},
                       {"history", caf::actor_cast<caf::actor>(history_)}},
                      fall);
    server_ = std::make_unique<net::web::server>(
      io_, sys_, options_of(settings),
      net::web::handles{root_, accounts_, history_},
      net::web::static_files{page_files()});
    server_->run();
    thread_ = std::thread{[this] { io_.run(); }};
    spdlog::info(
      "serving http{}://{}:{}{}", settings.server.tls_key.empty() ? "" : "s",
      settings.server.listen.host, server_->port(), settings.server.base_path);
  }

  /// At once, as if killed: nobody is left who could say goodbye in order, and
  /// whoever started the program starts it again, from what is on disk.
  [[noreturn]] static void fall(const std::string& why) {
    spdlog::critical("{}; the server has to be started again", why);
    std::_Exit(1);
  }

  /// What ran when the program died says so, and what was done about it,
  /// before anybody asks.
  void report_interrupted(const workshop& shop) {
    caf::scoped_actor self{sys_};
    self->request(history_, caf::infinite, atom::recover_v)
      .receive(
        [](const std::vector<operation>& xs) {
          for (const auto& x : xs)
            spdlog::warn("operation {} ({} of {}) was interrupted", x.id,
                         to_string(x.kind), x.target);
        },
        [](const caf::error& err) {
          spdlog::error("history: {}", sentence_of(err));
        });
    for (const auto& [id, sentences] : recover(shop)) {
      std::vector<log_entry> lines;
      for (const auto& x : sentences) {
        spdlog::warn("operation {}: {}", id, x);
        lines.push_back({now(), x});
      }
      caf::anon_send(history_, atom::log_v, id, std::move(lines));
    }
  }

  void end() {
    if (!thread_.joinable()) // actors that have begun have work on it
      thread_ = std::thread{[this] { io_.run(); }};
    if (server_) {
      caf::scoped_actor self{sys_};
      self->request(caf::actor_cast<caf::actor>(root_), farewell, atom::stop_v)
        .receive([] {},
                 [](const caf::error&) {
                   spdlog::warn("an operation did not stop in time");
                 });
      asio::co_spawn(io_, server_->stop(), asio::use_future).wait();
    }
    for (const auto& x : {guardian_, caf::actor_cast<caf::actor>(root_),
                          caf::actor_cast<caf::actor>(engine_), users_watch_,
                          caf::actor_cast<caf::actor>(accounts_),
                          caf::actor_cast<caf::actor>(claims_),
                          caf::actor_cast<caf::actor>(surveyor_),
                          caf::actor_cast<caf::actor>(history_)})
      if (x)
        caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
    sys_.await_all_actors_done();
    asio::post(io_, [this] { signals_.cancel(); });
    guard_.reset();
    thread_.join();
  }

  store::data_dir data_;
  store::file_lock lock_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard_{
    io_.get_executor()};
  asio::signal_set signals_{io_, SIGTERM, SIGINT};
  std::promise<int> asked_to_stop_;
  caf_config caf_;
  caf::actor_system sys_;
  history_actor history_;
  accounts_actor accounts_;
  surveyor_actor surveyor_;
  claims_actor claims_;
  root_actor root_;
  engine_actor engine_;
  caf::actor users_watch_;
  caf::actor guardian_;
  std::unique_ptr<net::web::server> server_;
  std::thread thread_;
};

} // namespace

void serve(const config::configuration& settings) {
  raise_descriptor_limit(settings.limits.sessions);
  program{settings}.run();
}

} // namespace atalaya
