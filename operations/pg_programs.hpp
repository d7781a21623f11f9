#pragma once

// PostgreSQL's own client programs, of the server's own version: inside its
// container where it has one, else on this host. A dump by a newer pg_dump
// can't be restored by the older (facts/odoo.md 4); an older one refuses.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "net/engine/client.hpp"
#include "operations/failure.hpp"

namespace atalaya {

/// A client program has failed.
class program_failure : public operation_failure {
public:
  program_failure(const std::string& sentence, int exit_code)
    : operation_failure(sentence), exit_code_(exit_code) {
    // nop
  }

  /// 128 and more: a signal ended it.
  int exit_code() const {
    return exit_code_;
  }

private:
  int exit_code_;
};

/// Where the programs are, and how they reach the server.
struct pg_programs {
  net::engine_client engine;
  std::string container; ///< Empty: on this host.
  std::string folder;    ///< On this host; in a container PATH knows it.
  std::vector<std::string> environment; ///< "PGUSER=odoo"
  /// How long one may print nothing. Before its first line pg_dump reads the
  /// whole catalog.
  std::chrono::milliseconds silence{std::chrono::minutes{10}};
};

/// Takes output as it comes.
using output_reader
  = std::function<boost::asio::awaitable<void>(std::string_view)>;

/// Runs `command`, a program's name and its arguments, and hands its output to
/// `to`. Throws program_failure with what it printed as errors when it ends
/// badly, net::engine_error, and what `to` throws.
boost::asio::awaitable<void> run_program(pg_programs from,
                                         std::vector<std::string> command,
                                         output_reader to);

/// Throws operation_failure unless pg_dump is there, of the server's major
/// version, and says how to get it.
boost::asio::awaitable<void> require_pg_dump(pg_programs from, int major);

/// pg_restore, reading an archive to its end as it is being made.
class archive_reader {
public:
  static boost::asio::awaitable<std::unique_ptr<archive_reader>>
  start(pg_programs from);

  virtual ~archive_reader();

  /// The archive's next bytes.
  virtual boost::asio::awaitable<void> feed(std::string_view bytes) = 0;

  /// The archive has ended. Throws program_failure where it isn't whole.
  virtual boost::asio::awaitable<void> finish() = 0;
};

} // namespace atalaya
