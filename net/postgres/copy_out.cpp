#include "net/postgres/copy_out.hpp"

#include <utility>

#include <libpq-fe.h>

namespace asio = boost::asio;

namespace atalaya::net::pg {

copy_out::copy_out(connection& on, std::chrono::milliseconds silence)
  : on_(&on), silence_(silence) {
  // nop
}

copy_out::copy_out(copy_out&& other) noexcept
  : on_(std::exchange(other.on_, nullptr)), silence_(other.silence_) {
  // nop
}

copy_out::~copy_out() {
  if (on_)
    on_->close();
}

asio::awaitable<copy_out> copy_out::begin(connection& on, std::string sql,
                                          std::chrono::milliseconds silence) {
  copy_out self{on, silence};
  if (!on.conn_
      || PQsendQueryParams(on.conn_.get(), sql.c_str(), 0, nullptr, nullptr,
                           nullptr, nullptr, 0)
           == 0)
    on.lost();
  co_await on.flush(connection::clock::now() + silence);
  co_await self.started();
  co_return self;
}

asio::awaitable<void> copy_out::started() {
  co_await until_ready();
  auto raw = PQgetResult(on_->conn_.get());
  result first{raw};
  if (PQresultStatus(raw) == PGRES_COPY_OUT)
    co_return;
  auto failure = PQresultStatus(raw) == PGRES_FATAL_ERROR
                   ? on_->refusal(raw)
                   : error{"only a COPY … TO STDOUT can be run as a COPY"};
  if (failure.sqlstate().empty())
    throw failure;
  for (auto more = true; more;) {
    co_await until_ready();
    auto rest = PQgetResult(on_->conn_.get());
    more = rest != nullptr;
    PQclear(rest);
  }
  on_ = nullptr;
  throw failure;
}

asio::awaitable<bool> copy_out::next(std::string& to, size_t most) {
  while (to.size() < most) {
    char* row = nullptr;
    auto size = PQgetCopyData(on_->conn_.get(), &row, 1);
    if (size > 0) {
      to.append(row, static_cast<size_t>(size));
      PQfreemem(row);
    } else if (size == 0) {
      co_await wait();
    } else {
      auto& on = *std::exchange(on_, nullptr);
      if (size != -1)
        on.lost();
      co_await on.answer(connection::clock::now() + silence_);
      co_return false;
    }
  }
  co_return true;
}

asio::awaitable<void> copy_out::until_ready() {
  while (PQisBusy(on_->conn_.get()) != 0)
    co_await wait();
}

asio::awaitable<void> copy_out::wait() {
  co_await on_->ready(*on_->socket_, connection::descriptor::wait_read,
                      connection::clock::now() + silence_);
  if (PQconsumeInput(on_->conn_.get()) == 0)
    on_->lost();
}

} // namespace atalaya::net::pg
