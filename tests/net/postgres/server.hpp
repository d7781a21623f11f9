#pragma once

// A PostgreSQL of the test's own, real and on a port of its own, that may be
// killed. Run as the system's user `postgres` where the test is root, as
// PostgreSQL refuses to be root.

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace atalaya::test {

class postgres_server {
public:
  /// Makes a cluster in a new temporary folder and starts it. It has a role
  /// `odoo` with password `odoo` that may create databases. Throws
  /// std::runtime_error.
  postgres_server();

  /// Ends it and deletes its folder.
  ~postgres_server();

  postgres_server(const postgres_server&) = delete;
  postgres_server& operator=(const postgres_server&) = delete;

  /// Returns once it accepts connections.
  void start();

  /// Returns once every process of it has ended.
  void kill_hard();

  /// A connection string of role `odoo`.
  std::string conninfo(const std::string& password = "odoo") const;

  /// A connection string of the superuser, who needs no password.
  std::string superuser_conninfo(const std::string& database) const;

  /// Runs SQL as the role `odoo`, or as superuser where `role` is `postgres`.
  /// Returns the first value of the last row. Throws std::runtime_error.
  std::string run(const std::string& sql,
                  const std::string& database = "postgres",
                  const std::string& role = "odoo") const;

private:
  pid_t spawn(std::vector<std::string> argv) const;

  std::string
  socket_conninfo(const std::string& database, const std::string& role) const;

  bool accepts() const;

  std::filesystem::path programs_;
  std::filesystem::path folder_;
  uint16_t port_ = 0;
  pid_t pid_ = 0;
};

} // namespace atalaya::test
