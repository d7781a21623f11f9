#include "store/sqlite.hpp"

#include <fcntl.h>

#include <sqlite3.h>

#include "store/descriptor.hpp"

namespace atalaya::store {

namespace {

[[noreturn]] void fail(const std::string& file, sqlite3* db, int code) {
  auto why = db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  throw sqlite_error{file, why, code & 0xff};
}

} // namespace

bool sqlite_error::corrupt() const noexcept {
  return code_ == SQLITE_CORRUPT || code_ == SQLITE_NOTADB;
}

statement::statement(sqlite3* db, std::string_view sql, std::string file)
  : file_(std::move(file)) {
  sqlite3_stmt* handle = nullptr;
  auto code = sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()),
                                 &handle, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK)
    fail(file_, db, code);
}

bool statement::step() {
  auto code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW)
    return true;
  if (code != SQLITE_DONE)
    check(code);
  return false;
}

int64_t statement::number(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

std::optional<int64_t> statement::maybe_number(int column) const {
  if (sqlite3_column_type(handle_.get(), column) == SQLITE_NULL)
    return std::nullopt;
  return number(column);
}

std::string statement::text(int column) const {
  auto data = sqlite3_column_text(handle_.get(), column);
  auto size = sqlite3_column_bytes(handle_.get(), column);
  return data == nullptr ? std::string{}
                         : std::string{reinterpret_cast<const char*>(data),
                                       static_cast<size_t>(size)};
}

void statement::finalizer::operator()(sqlite3_stmt* x) const noexcept {
  sqlite3_finalize(x);
}

void statement::reset() noexcept {
  sqlite3_reset(handle_.get());
}

void statement::bind_at(int index, int64_t x) {
  check(sqlite3_bind_int64(handle_.get(), index, x));
}

void statement::bind_at(int index, std::string_view x) {
  // An empty view may have no address, which SQLite would take for NULL.
  auto data = x.data() != nullptr ? x.data() : "";
  check(sqlite3_bind_text64(handle_.get(), index, data, x.size(),
                            SQLITE_TRANSIENT, SQLITE_UTF8));
}

void statement::bind_at(int index, std::nullopt_t) {
  check(sqlite3_bind_null(handle_.get(), index));
}

void statement::check(int code) const {
  if (code != SQLITE_OK)
    fail(file_, sqlite3_db_handle(handle_.get()), code);
}

connection::connection(const std::filesystem::path& file) : file_(file) {
  // SQLite itself would make it readable for everybody.
  give_to_owner_of_directory(descriptor{file, O_RDWR | O_CREAT}.get(), file);
  sqlite3* handle = nullptr;
  auto flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
               | SQLITE_OPEN_EXRESCODE;
  auto code = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK)
    fail(file.string(), handle, code);
  sqlite3_busy_timeout(handle, 5000);
  execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
          "PRAGMA journal_size_limit = 4194304; PRAGMA cache_size = -512");
}

statement connection::prepare(std::string_view sql) {
  return {handle_.get(), sql, file_.string()};
}

void connection::execute(const std::string& script) {
  auto code = sqlite3_exec(handle_.get(), script.c_str(), nullptr, nullptr,
                           nullptr);
  if (code != SQLITE_OK)
    fail(file_.string(), handle_.get(), code);
}

void connection::closer::operator()(sqlite3* x) const noexcept {
  sqlite3_close_v2(x);
}

transaction::transaction(connection& db) : db_(db) {
  db_.execute("BEGIN IMMEDIATE");
}

transaction::~transaction() {
  if (!open_)
    return;
  try {
    db_.execute("ROLLBACK");
  } catch (const sqlite_error&) {
    // SQLite has rolled back already, as it does when the disk is full.
  }
}

void transaction::commit() {
  db_.execute("COMMIT");
  open_ = false;
}

} // namespace atalaya::store
