#include "net/postgres/connection.hpp"

#include <algorithm>
#include <cstdio>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <libpq-fe.h>

#include "net/postgres/parameters.hpp"

namespace asio = boost::asio;

namespace atalaya::net::pg {

namespace {

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

/// Far more than any query of ours has.
constexpr auto max_parameters = size_t{1000};

std::string text_of(const char* raw) {
  return raw ? std::string{raw} : std::string{};
}

bool is_copy(ExecStatusType x) {
  return x == PGRES_COPY_IN || x == PGRES_COPY_OUT || x == PGRES_COPY_BOTH;
}

std::string seconds(std::chrono::milliseconds x) {
  char text[32];
  std::snprintf(text, sizeof(text), "%g s",
                static_cast<double>(x.count()) / 1e3);
  return text;
}

} // namespace

void connection::finish::operator()(pg_conn* ptr) const {
  PQfinish(ptr);
}

connection::~connection() = default;

asio::awaitable<std::unique_ptr<connection>>
connection::open(std::string conninfo, connect_options options) {
  std::unique_ptr<connection> self{new connection};
  self->conninfo_ = std::move(conninfo);
  self->options_ = std::move(options);
  co_await self->connect();
  co_await self->apply_settings();
  co_return self;
}

asio::awaitable<void> connection::connect() {
  auto deadline = clock::now() + options_.connect_timeout;
  parameters settings{conninfo_};
  if (!options_.database.empty())
    settings.set("dbname", options_.database);
  settings.set("application_name", "atalaya");
  settings.set("client_encoding", "UTF8");
  co_await settings.resolve(deadline);
  conn_.reset(PQconnectStartParams(settings.keywords().data(),
                                   settings.values().data(), 0));
  if (!conn_)
    throw error{"PostgreSQL can't be reached: out of memory"};
  if (PQstatus(conn_.get()) == CONNECTION_BAD)
    fail_connect();
  PQsetErrorVerbosity(conn_.get(), PQERRORS_VERBOSE);
  co_await handshake(deadline);
  PQsetErrorVerbosity(conn_.get(), PQERRORS_DEFAULT);
  PQsetnonblocking(conn_.get(), 1);
}

asio::awaitable<void> connection::handshake(clock::time_point deadline) {
  auto executor = co_await asio::this_coro::executor;
  auto next = descriptor::wait_write;
  for (;;) {
    // libpq may go on with another socket of the same number.
    auto fd = fcntl(PQsocket(conn_.get()), F_DUPFD_CLOEXEC, 0);
    if (fd < 0)
      fail_connect();
    socket_.emplace(executor, fd);
    co_await ready(*socket_, next, deadline);
    auto state = PQconnectPoll(conn_.get());
    if (state == PGRES_POLLING_OK)
      co_return;
    if (state == PGRES_POLLING_FAILED)
      fail_connect();
    next = state == PGRES_POLLING_READING ? descriptor::wait_read
                                          : descriptor::wait_write;
  }
}

asio::awaitable<void> connection::apply_settings() {
  std::vector<value> values;
  values.emplace_back(std::to_string(options_.query_timeout.count() * 9 / 10));
  values.emplace_back(std::to_string(options_.lock_timeout.count()));
  co_await query("SELECT pg_catalog.set_config('search_path', '', false), "
                 "pg_catalog.set_config('statement_timeout', $1, false), "
                 "pg_catalog.set_config('lock_timeout', $2, false)",
                 std::move(values), options_.connect_timeout);
}

asio::awaitable<result>
connection::query(std::string sql, std::vector<value> values) {
  co_return co_await query(std::move(sql), std::move(values),
                           options_.query_timeout);
}

asio::awaitable<result> connection::query(std::string sql,
                                          std::vector<value> values,
                                          std::chrono::milliseconds timeout) {
  auto deadline = clock::now() + timeout;
  std::vector<const char*> raw;
  for (const auto& x : values)
    raw.push_back(x ? x->c_str() : nullptr);
  if (!conn_ || values.size() > max_parameters
      || PQsendQueryParams(conn_.get(), sql.c_str(),
                           static_cast<int>(raw.size()), nullptr, raw.data(),
                           nullptr, nullptr, 0)
           == 0)
    lost();
  co_await flush(deadline);
  co_return co_await answer(deadline);
}

asio::awaitable<void> connection::flush(clock::time_point deadline) {
  for (;;) {
    auto left = PQflush(conn_.get());
    if (left < 0)
      lost();
    if (left == 0)
      co_return;
    co_await ready(*socket_, descriptor::wait_write, deadline);
  }
}

asio::awaitable<result> connection::answer(clock::time_point deadline) {
  std::optional<result> first;
  std::optional<error> refused;
  for (;;) {
    while (PQisBusy(conn_.get()) != 0) {
      co_await ready(*socket_, descriptor::wait_read, deadline);
      if (PQconsumeInput(conn_.get()) == 0)
        lost();
    }
    auto raw = PQgetResult(conn_.get());
    if (!raw)
      break;
    result next{raw};
    auto status = PQresultStatus(raw);
    if (is_copy(status)) {
      close();
      throw error{"a COPY can't be run as a query"};
    }
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && !refused)
      refused.emplace(refusal(raw));
    else if (!first)
      first.emplace(std::move(next));
  }
  if (PQstatus(conn_.get()) != CONNECTION_OK || (!first && !refused))
    lost();
  if (refused)
    throw std::move(*refused);
  co_return std::move(*first);
}

error connection::refusal(const pg_result* raw) const {
  return error{"PostgreSQL at " + where() + ": "
                 + text_of(PQresultErrorField(raw, PG_DIAG_MESSAGE_PRIMARY)),
               text_of(PQresultErrorField(raw, PG_DIAG_SQLSTATE)), true};
}

asio::awaitable<void> connection::ready(descriptor& socket,
                                        descriptor::wait_type what,
                                        clock::time_point deadline) {
  using namespace asio::experimental::awaitable_operators;
  asio::steady_timer timer{socket.get_executor(), deadline};
  auto done = co_await (socket.async_wait(what, quietly)
                        || timer.async_wait(quietly));
  if (done.index() == 1 && PQstatus(conn_.get()) != CONNECTION_OK) {
    auto text = "PostgreSQL at " + where() + " did not answer within "
                + seconds(options_.connect_timeout);
    close();
    throw error{text};
  }
  if (done.index() == 1) {
    auto text = "PostgreSQL at " + where() + " took too long over a query";
    close();
    throw error{text};
  }
  if (auto ec = std::get<0>(std::get<0>(done))) {
    close();
    throw boost::system::system_error{ec};
  }
}

void connection::close() {
  socket_.reset();
  conn_.reset();
}

peer connection::whom() const {
  auto raw = conn_.get();
  return {text_of(PQhost(raw)), text_of(PQport(raw)), text_of(PQuser(raw)),
          text_of(PQdb(raw)), PQconnectionNeedsPassword(raw) != 0};
}

void connection::fail_connect() {
  auto failure = connect_error(whom(), text_of(PQerrorMessage(conn_.get())));
  close();
  throw failure;
}

void connection::lost() {
  auto text = conn_ ? "the connection to PostgreSQL at " + where() + " was lost"
                    : std::string{"the connection to PostgreSQL is closed"};
  close();
  throw error{text};
}

std::string connection::identifier(std::string_view name) const {
  auto raw = PQescapeIdentifier(conn_.get(), name.data(), name.size());
  if (!raw)
    throw error{
      "a name can't be used in PostgreSQL: it is not valid UTF-8", {}, true};
  std::string quoted{raw};
  PQfreemem(raw);
  return quoted;
}

std::string connection::server_version() const {
  auto text = text_of(PQparameterStatus(conn_.get(), "server_version"));
  return text.substr(0, text.find(' '));
}

std::string connection::database() const {
  return text_of(PQdb(conn_.get()));
}

std::string connection::where() const {
  return address(whom());
}

bool connection::idle() const {
  return conn_ && PQstatus(conn_.get()) == CONNECTION_OK
         && PQtransactionStatus(conn_.get()) == PQTRANS_IDLE;
}

} // namespace atalaya::net::pg
