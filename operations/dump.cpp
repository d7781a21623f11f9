#include "operations/dump.hpp"

#include <algorithm>
#include <thread>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sodium.h>

#include "net/postgres/parameters.hpp"
#include "net/postgres/reach.hpp"
#include "odoo/archive_proof.hpp"
#include "operations/dump_catalog.hpp"
#include "operations/dump_facts.hpp"
#include "operations/dump_hold.hpp"
#include "operations/dump_schema.hpp"
#include "operations/dump_text.hpp"
#include "operations/wait_loop.hpp"

namespace atalaya {

namespace {

namespace asio = boost::asio;
namespace pg = net::pg;

/// Of which the last ones are made the slow way: pg_dump once, not twice. With
/// the pauses between them they outlast a short installation of modules.
constexpr auto most_attempts = 15;
constexpr auto most_fast_attempts = 6;
constexpr auto longest_pause = std::chrono::milliseconds{3'000};

constexpr auto most_connections = size_t{8};

/// For the backends of a program that can't be ended otherwise.
constexpr auto end_patience = std::chrono::seconds{5};

/// What pg_dump's backends are called, so that they can be told from others.
std::string make_name() {
  return "atalaya dump " + std::to_string(randombytes_random());
}

pg::connect_options options_for(const std::string& database,
                                std::chrono::milliseconds lock_timeout) {
  pg::connect_options result;
  result.database = database;
  result.connect_timeout = std::chrono::seconds{10};
  result.query_timeout = std::chrono::seconds{60};
  result.lock_timeout = lock_timeout;
  return result;
}

/// Twice as long behind each attempt.
asio::awaitable<void> pause(int attempt) {
  auto time = std::chrono::milliseconds{50} * (1 << attempt);
  asio::steady_timer timer{co_await asio::this_coro::executor,
                           std::min(time, longest_pause)};
  co_await timer.async_wait(asio::use_awaitable);
}

/// pg_dump whose client is gone for the engine goes on; so its backend is
/// ended, and it with that.
asio::awaitable<void> end_backends(std::string conninfo,
                                   pg::connect_options options,
                                   std::string name) {
  auto on = co_await pg::connection::open(conninfo, options);
  std::vector<pg::value> values;
  values.emplace_back(std::move(name));
  co_await on->query("SELECT pg_catalog.pg_terminate_backend(pid) "
                     "FROM pg_catalog.pg_stat_activity "
                     "WHERE application_name = $1",
                     std::move(values));
}

class dump_run {
public:
  dump_run(const dump_source& from, const dump_sink& to,
           const dump_progress& progress, const std::atomic<bool>& cancelled,
           const dump_options& options)
    : from_(from),
      options_(options),
      cancelled_(cancelled),
      connect_options_(options_for(from.database, options.lock_timeout)),
      loop_([this] { return stopped(); }),
      writer_(to, progress, [this] { return stopped(); }) {
    // nop
  }

  dump_result run();

private:
  bool stopped() const {
    return cancelled_ || failed_;
  }

  void connect();

  /// Where the programs are, for a server of this version.
  void find_programs();

  void attempt(int number);

  void decide(int number);

  void write_fast(const std::string& snapshot);

  void write_slow(const std::string& snapshot);

  void write_archive(const std::string& snapshot);

  /// All by one pg_dump, with its output to `write`.
  void run_pg_dump(const std::string& snapshot,
                   const std::vector<std::string>& more,
                   const output_reader& write);

  /// Tells that the snapshot is held, once.
  void begin(bool& begun);

  /// After a failure, ends what may still run for it.
  void clean_up();

  void copy_rows(const std::string& snapshot);

  /// What each thread beside the holder's does.
  void copy_on_own_connection(const std::string& snapshot, row_queue& queue);

  void keep_failure();

  const dump_source& from_;
  const dump_options& options_;
  const std::atomic<bool>& cancelled_;
  pg::connect_options connect_options_;
  std::atomic<bool> failed_{false};
  std::mutex mutex_;
  std::exception_ptr failure_; ///< The first of any thread.
  wait_loop loop_;
  dump_writer writer_;
  std::unique_ptr<pg::connection> holder_;
  pg_programs programs_{net::engine_client{net::engine_address{}}, {}, {}, {}};
  std::string name_ = make_name();
  dump_catalog catalog_;
  dump_result result_;
};

dump_result dump_run::run() {
  connect();
  find_programs();
  try {
    for (auto number = 1;; ++number) {
      try {
        attempt(number);
        break;
      } catch (const lock_refused& e) {
        if (writer_.written() != 0)
          throw;
        if (number == most_attempts)
          throw operation_failure{
            "the dump can't begin, because others lock tables all the time; "
            "try again when they have ended ("
            + std::string{e.what()} + ')'};
      }
      if (!holder_->idle())
        loop_.run(roll_back(*holder_));
      loop_.run(pause(number));
      if (options_.again)
        options_.again();
    }
  } catch (...) {
    clean_up();
    throw;
  }
  result_.bytes = writer_.written();
  return std::move(result_);
}

void dump_run::clean_up() {
  auto conninfo = holder_->conninfo();
  holder_.reset();
  auto end = std::chrono::steady_clock::now() + end_patience;
  wait_loop last{[=] { return std::chrono::steady_clock::now() > end; }};
  try {
    last.run(end_backends(conninfo, connect_options_, name_));
  } catch (const std::exception&) {
    // What failed first is what counts.
  }
}

void dump_run::connect() {
  holder_ = loop_.run(pg::reach(from_.postgres, connect_options_));
  loop_.run(prepare(*holder_));
}

void dump_run::find_programs() {
  auto version = holder_->server_version();
  auto major = std::stoi(version);
  programs_.engine = from_.engine;
  programs_.container = from_.container;
  programs_.folder = from_.programs.empty()
                       ? "/usr/lib/postgresql/" + std::to_string(major) + "/bin"
                       : from_.programs;
  pg::parameters login{holder_->conninfo()};
  login.set("dbname", from_.database);
  login.set("application_name", name_);
  if (!from_.container.empty()) {
    login.set("host", "127.0.0.1");
    login.set("hostaddr", "");
    login.set("port", "5432");
  }
  programs_.environment = login.environment();
  programs_.environment.push_back("LC_ALL=C");
  loop_.run(require_pg_dump(programs_, major));
}

void dump_run::attempt(int number) {
  result_ = {};
  result_.attempts = number;
  auto snapshot = loop_.run(hold_snapshot(*holder_));
  catalog_ = loop_.run(read_catalog(*holder_));
  decide(number);
  if (options_.archive)
    write_archive(snapshot);
  else if (result_.way == dump_way::slow)
    write_slow(snapshot);
  else
    write_fast(snapshot);
  loop_.run(roll_back(*holder_));
}

void dump_run::decide(int number) {
  result_.reasons = catalog_.oddities;
  if (number > most_fast_attempts)
    result_.reasons.push_back(slow_reason::locked_tables);
  auto slow = options_.archive || options_.force_slow
              || !result_.reasons.empty();
  result_.way = slow ? dump_way::slow : dump_way::fast;
}

void dump_run::write_fast(const std::string& snapshot) {
  schema_text schema;
  try {
    schema = loop_.run(dump_schema(programs_, snapshot, options_.schema));
  } catch (const schema_too_large&) {
    result_.reasons.push_back(slow_reason::large_schema);
    result_.way = dump_way::slow;
    write_slow(snapshot);
    return;
  }
  auto sequences = loop_.run(read_sequences(*holder_, catalog_.sequences));
  loop_.run(read_facts(*holder_, catalog_, result_));
  if (options_.held)
    options_.held(result_.table_bytes);
  writer_.append(schema.before);
  copy_rows(snapshot);
  writer_.append(sequences);
  writer_.append(schema.after);
}

void dump_run::copy_rows(const std::string& snapshot) {
  row_queue queue{catalog_, options_.rows.piece};
  auto count = std::clamp(options_.connections, size_t{1}, most_connections);
  std::vector<std::jthread> others;
  for (size_t i = 1; i < count; ++i)
    others.emplace_back([&] { copy_on_own_connection(snapshot, queue); });
  try {
    loop_.run(copy_as_holder(*holder_, queue, writer_, options_.rows));
  } catch (...) {
    keep_failure();
  }
  for (auto& x : others)
    x.join();
  if (failure_)
    std::rethrow_exception(failure_);
  loop_.run(copy_refused(*holder_, queue, writer_, options_.rows));
  result_.refused_tables = queue.refused();
}

void dump_run::copy_on_own_connection(const std::string& snapshot,
                                      row_queue& queue) {
  wait_loop loop{[this] { return stopped(); }};
  std::unique_ptr<pg::connection> on;
  try {
    on = loop.run(pg::connection::open(holder_->conninfo(), connect_options_));
  } catch (const std::exception&) {
    // The server may have no connection to spare: the holder copies all.
    return;
  }
  try {
    loop.run(prepare(*on));
    loop.run(copy_beside(*on, snapshot, queue, writer_, options_.rows));
  } catch (...) {
    keep_failure();
  }
}

void dump_run::keep_failure() {
  std::scoped_lock lock{mutex_};
  if (!failure_)
    failure_ = std::current_exception();
  failed_ = true;
}

void dump_run::write_slow(const std::string& snapshot) {
  odoo::dump_proof proof;
  auto begun = false;
  output_reader write = [&](std::string_view bytes) -> asio::awaitable<void> {
    begin(begun);
    proof.update(bytes);
    writer_.append(bytes);
    co_return;
  };
  loop_.run(read_facts(*holder_, catalog_, result_));
  run_pg_dump(snapshot, {}, write);
  if (auto why = proof.problem(); !why.empty())
    throw operation_failure{"what pg_dump printed " + why};
}

void dump_run::run_pg_dump(const std::string& snapshot,
                           const std::vector<std::string>& more,
                           const output_reader& write) {
  try {
    loop_.run(run_program(programs_, pg_dump_command(snapshot, more), write));
  } catch (const program_failure& e) {
    rethrow_refusal(e);
    throw;
  }
}

void dump_run::begin(bool& begun) {
  if (!std::exchange(begun, true) && options_.held)
    options_.held(result_.table_bytes);
}

void dump_run::write_archive(const std::string& snapshot) {
  auto begun = false;
  auto check = loop_.run(archive_reader::start(programs_));
  output_reader write = [&](std::string_view bytes) -> asio::awaitable<void> {
    begin(begun);
    writer_.append(bytes);
    co_await check->feed(bytes);
  };
  loop_.run(read_facts(*holder_, catalog_, result_));
  run_pg_dump(snapshot, {"--format=c"}, write);
  loop_.run(check->finish());
}

} // namespace

dump_result dump(const dump_source& from, const dump_sink& to,
                 const dump_progress& progress,
                 const std::atomic<bool>& cancelled,
                 const dump_options& options) {
  return dump_run{from, to, progress, cancelled, options}.run();
}

} // namespace atalaya
