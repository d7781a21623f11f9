#pragma once

// SQLite with owners for its handles. One connection belongs to one thread at
// a time. Every error is a `sqlite_error` that names the file.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace atalaya::store {

class sqlite_error : public std::runtime_error {
public:
  sqlite_error(const std::string& file, const std::string& why, int code)
    : std::runtime_error(file + ": " + why), code_(code) {
    // nop
  }

  /// SQLite's primary result code.
  int code() const noexcept {
    return code_;
  }

  /// The file holds something that is not, or no longer, a database.
  bool corrupt() const noexcept;

private:
  int code_;
};

/// One SQL statement. Columns are counted from 0, parameters from 1.
class statement {
public:
  statement(sqlite3* db, std::string_view sql, std::string file);

  /// Binds all parameters and goes back to before the first row.
  template <class... Ts>
  statement& bind(const Ts&... xs) {
    reset();
    auto index = 0;
    (bind_at(++index, xs), ...);
    return *this;
  }

  /// Goes to the next row; false behind the last.
  bool step();

  int64_t number(int column) const;

  std::optional<int64_t> maybe_number(int column) const;

  std::string text(int column) const;

private:
  struct finalizer {
    void operator()(sqlite3_stmt* x) const noexcept;
  };

  void reset() noexcept;

  void bind_at(int index, int64_t x);

  void bind_at(int index, std::string_view x);

  void bind_at(int index, std::nullopt_t);

  template <class T>
  void bind_at(int index, const std::optional<T>& x) {
    if (x)
      bind_at(index, *x);
    else
      bind_at(index, std::nullopt);
  }

  void check(int code) const;

  std::string file_;
  std::unique_ptr<sqlite3_stmt, finalizer> handle_;
};

/// An open database file.
class connection {
public:
  /// Opens `file`, or makes it with mode 0600. Waits up to five seconds for
  /// other connections' writes, writes a log ahead (WAL).
  explicit connection(const std::filesystem::path& file);

  statement prepare(std::string_view sql);

  /// Runs one statement to its end.
  template <class... Ts>
  void run(std::string_view sql, const Ts&... xs) {
    prepare(sql).bind(xs...).step();
  }

  /// The first column of the first row, 0 where there is none.
  template <class... Ts>
  int64_t number(std::string_view sql, const Ts&... xs) {
    auto query = prepare(sql);
    return query.bind(xs...).step() ? query.number(0) : 0;
  }

  /// Runs a script of several statements without parameters.
  void execute(const std::string& script);

  const std::filesystem::path& file() const {
    return file_;
  }

private:
  struct closer {
    void operator()(sqlite3* x) const noexcept;
  };

  std::filesystem::path file_;
  std::unique_ptr<sqlite3, closer> handle_;
};

/// Takes the write lock; undoes all that was written where `commit` is not
/// reached.
class transaction {
public:
  explicit transaction(connection& db);

  transaction(const transaction&) = delete;

  transaction& operator=(const transaction&) = delete;

  ~transaction();

  void commit();

private:
  connection& db_;
  bool open_ = true;
};

} // namespace atalaya::store
