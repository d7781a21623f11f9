#include "operations/pg_programs.hpp"

#include <charconv>

#include <boost/asio/this_coro.hpp>

#include "net/engine/run_exec.hpp"
#include "operations/child_process.hpp"

namespace atalaya {

namespace {

namespace asio = boost::asio;

/// More than anybody reads.
constexpr auto most_errors = size_t{4096};

[[noreturn]] void
fail(const std::string& program, int code, std::string errors) {
  while (!errors.empty() && errors.back() == '\n')
    errors.pop_back();
  auto how = code > 128 && code < 192
               ? " was ended by signal " + std::to_string(code - 128)
               : " failed with exit code " + std::to_string(code);
  throw program_failure{program + how + (errors.empty() ? "" : ": " + errors),
                        code};
}

net::exec_request
exec_request_of(const pg_programs& from, std::vector<std::string> command) {
  net::exec_request x;
  x.command = std::move(command);
  x.environment = from.environment;
  return x;
}

child_process::request
process_of(const pg_programs& from, std::vector<std::string> command) {
  command[0] = from.folder + '/' + command[0];
  return {std::move(command), from.environment};
}

void keep_end(std::string& errors, std::string_view more) {
  errors += more;
  if (errors.size() > 2 * most_errors)
    errors.erase(0, errors.size() - most_errors);
}

asio::awaitable<void> run_in_container(pg_programs& from,
                                       std::vector<std::string> command,
                                       const output_reader& to) {
  auto name = command[0];
  auto what = exec_request_of(from, std::move(command));
  auto id = co_await net::create_exec(from.engine, from.container, what);
  auto stream = co_await net::start_exec(from.engine, id, false);
  std::string errors;
  for (auto more = true; more;) {
    stream.expires_after(from.silence);
    auto x = co_await stream.next();
    more = x.has_value();
    if (more && x->source == net::output_source::out)
      co_await to(x->bytes);
    else if (more)
      keep_end(errors, x->bytes);
  }
  auto code = co_await net::await_exit(from.engine, id);
  if (code != 0)
    fail(name, code, std::move(errors));
}

asio::awaitable<void> run_on_host(const pg_programs& from,
                                  std::vector<std::string> command,
                                  const output_reader& to) {
  auto name = command[0];
  auto what = process_of(from, std::move(command));
  auto executor = co_await asio::this_coro::executor;
  child_process program{executor, what};
  program.close_input();
  for (auto more = true; more;) {
    auto bytes = co_await program.read(from.silence);
    more = !bytes.empty();
    if (more)
      co_await to(bytes);
  }
  auto code = co_await program.exit_code(from.silence);
  if (code != 0)
    fail(name, code, program.errors());
}

class host_reader : public archive_reader {
public:
  host_reader(const asio::any_io_executor& ex, const pg_programs& from,
              std::vector<std::string> command)
    : program_(ex, process_of(from, std::move(command))),
      silence_(from.silence) {
    // nop
  }

  asio::awaitable<void> feed(std::string_view bytes) override {
    return program_.write(bytes, silence_);
  }

  asio::awaitable<void> finish() override {
    program_.close_input();
    auto code = co_await program_.exit_code(silence_);
    if (code != 0)
      fail("pg_restore", code, program_.errors());
  }

private:
  child_process program_;
  std::chrono::milliseconds silence_;
};

class container_reader : public archive_reader {
public:
  container_reader(pg_programs from, std::string id, net::exec_stream stream)
    : from_(std::move(from)), id_(std::move(id)), stream_(std::move(stream)) {
    // nop
  }

  asio::awaitable<void> feed(std::string_view bytes) override {
    stream_.expires_after(from_.silence);
    return stream_.write(bytes);
  }

  asio::awaitable<void> finish() override {
    stream_.finish_input();
    stream_.expires_after(from_.silence);
    std::string errors;
    for (auto x = co_await stream_.next(); x; x = co_await stream_.next())
      keep_end(errors, x->bytes);
    auto code = co_await net::await_exit(from_.engine, id_);
    if (code != 0)
      fail("pg_restore", code, std::move(errors));
  }

private:
  pg_programs from_;
  std::string id_;
  net::exec_stream stream_;
};

/// "pg_dump (PostgreSQL) 15.18 (Debian …)" → 15, 0 for anything else.
int major_of(std::string_view text) {
  constexpr std::string_view before = "(PostgreSQL) ";
  auto at = text.find(before);
  auto major = 0;
  if (at != text.npos) {
    auto digits = text.substr(at + before.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), major);
  }
  return major;
}

} // namespace

asio::awaitable<void> run_program(pg_programs from,
                                  std::vector<std::string> command,
                                  output_reader to) {
  if (from.container.empty())
    co_await run_on_host(from, std::move(command), to);
  else
    co_await run_in_container(from, std::move(command), to);
}

asio::awaitable<void> require_pg_dump(pg_programs from, int major) {
  std::string text;
  output_reader keep
    = [&text](std::string_view bytes) -> asio::awaitable<void> {
    text += bytes;
    co_return;
  };
  auto number = std::to_string(major);
  std::vector<std::string> command{"pg_dump", "--version"};
  std::string problem;
  try {
    co_await run_program(from, command, keep);
  } catch (const operation_failure& e) {
    problem = e.what();
  }
  if (problem.empty() && major_of(text) == major)
    co_return;
  if (problem.empty())
    problem = "pg_dump is of version " + std::to_string(major_of(text));
  if (from.container.empty())
    throw operation_failure{"a dump of PostgreSQL " + number + " needs pg_dump "
                            + number
                            + " on this host: install postgresql-client-"
                            + number + " (" + problem + ")"};
  throw operation_failure{"the container " + from.container
                          + " has no pg_dump of the server's version " + number
                          + " (" + problem + ")"};
}

archive_reader::~archive_reader() = default;

asio::awaitable<std::unique_ptr<archive_reader>>
archive_reader::start(pg_programs from) {
  std::vector<std::string> command{"pg_restore", "-f", "/dev/null"};
  if (from.container.empty()) {
    auto executor = co_await asio::this_coro::executor;
    co_return std::make_unique<host_reader>(executor, from, command);
  }
  auto what = exec_request_of(from, command);
  what.input = true;
  auto id = co_await net::create_exec(from.engine, from.container, what);
  auto stream = co_await net::start_exec(from.engine, id, false);
  co_return std::make_unique<container_reader>(from, id, std::move(stream));
}

} // namespace atalaya
