#include "tests/net/postgres/server.hpp"

#include <chrono>
#include <csignal>
#include <memory>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace atalaya::test {

namespace {

using namespace std::chrono_literals;

std::filesystem::path find_programs() {
  std::filesystem::path found;
  for (const auto& x :
       std::filesystem::directory_iterator{"/usr/lib/postgresql"})
    if (std::filesystem::exists(x.path() / "bin/initdb"))
      found = std::max(found, x.path() / "bin");
  if (found.empty())
    throw std::runtime_error{"no PostgreSQL server: install postgresql"};
  return found;
}

uint16_t free_port() {
  auto fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto raw = reinterpret_cast<sockaddr*>(&where);
  socklen_t size = sizeof(where);
  auto ok = bind(fd, raw, size) == 0 && getsockname(fd, raw, &size) == 0;
  close(fd);
  if (!ok)
    throw std::runtime_error{"no free port"};
  return ntohs(where.sin_port);
}

/// In the child, before exec: root becomes `postgres`.
bool drop_root() {
  if (geteuid() != 0)
    return true;
  auto user = getpwnam("postgres");
  return user && setgroups(0, nullptr) == 0 && setgid(user->pw_gid) == 0
         && setuid(user->pw_uid) == 0;
}

void wait_for_success(pid_t pid) {
  auto status = 0;
  if (waitpid(pid, &status, 0) != pid || status != 0)
    throw std::runtime_error{"initdb failed"};
}

} // namespace

postgres_server::postgres_server()
  : programs_(find_programs()), port_(free_port()) {
  std::string name = std::filesystem::temp_directory_path()
                     / "atalaya-postgres-XXXXXX";
  if (!mkdtemp(name.data()))
    throw std::runtime_error{"no temporary folder"};
  folder_ = name;
  if (auto user = getpwnam("postgres"); geteuid() == 0 && user)
    if (chown(name.c_str(), user->pw_uid, user->pw_gid) != 0)
      throw std::runtime_error{"chown failed"};
  wait_for_success(
    spawn({programs_ / "initdb", "--no-sync", "-U", "postgres", "-E", "UTF8",
           "--locale=C.UTF-8", "-A", "trust", "--auth-host=scram-sha-256", "-D",
           folder_ / "data"}));
  start();
  run("CREATE ROLE odoo LOGIN CREATEDB PASSWORD 'odoo'", "postgres",
      "postgres");
}

postgres_server::~postgres_server() {
  if (pid_ != 0)
    kill_hard();
  auto ec = std::error_code{};
  std::filesystem::remove_all(folder_, ec);
}

void postgres_server::start() {
  pid_
    = spawn({programs_ / "postgres", "-D", folder_ / "data", "-p",
             std::to_string(port_), "-c", "listen_addresses=127.0.0.1", "-c",
             "unix_socket_directories=" + folder_.string(), "-c", "fsync=off",
             "-c", "max_connections=40", "-c", "autovacuum=off"});
  for (auto i = 0; i < 300 && !accepts(); ++i)
    std::this_thread::sleep_for(50ms);
  if (!accepts())
    throw std::runtime_error{"PostgreSQL does not start"};
}

void postgres_server::kill_hard() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
  // Its children notice by themselves, and hold the shared memory until then.
  std::this_thread::sleep_for(300ms);
}

std::string postgres_server::conninfo(const std::string& password) const {
  return "host=127.0.0.1 port=" + std::to_string(port_)
         + " user=odoo password=" + password;
}

std::string
postgres_server::superuser_conninfo(const std::string& database) const {
  return socket_conninfo(database, "postgres");
}

std::string postgres_server::run(const std::string& sql,
                                 const std::string& database,
                                 const std::string& role) const {
  std::unique_ptr<PGconn, void (*)(PGconn*)> conn{
    PQconnectdb(socket_conninfo(database, role).c_str()), PQfinish};
  if (PQstatus(conn.get()) != CONNECTION_OK)
    throw std::runtime_error{PQerrorMessage(conn.get())};
  std::unique_ptr<PGresult, void (*)(PGresult*)> answer{
    PQexec(conn.get(), sql.c_str()), PQclear};
  auto status = PQresultStatus(answer.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
    throw std::runtime_error{PQerrorMessage(conn.get())};
  auto rows = PQntuples(answer.get());
  return rows == 0 ? std::string{} : PQgetvalue(answer.get(), rows - 1, 0);
}

pid_t postgres_server::spawn(std::vector<std::string> argv) const {
  std::vector<char*> raw;
  for (auto& x : argv)
    raw.push_back(x.data());
  raw.push_back(nullptr);
  auto log = (folder_ / "log").string();
  auto pid = fork();
  if (pid != 0)
    return pid;
  // A test that aborts takes its server along.
  if (!drop_root() || prctl(PR_SET_PDEATHSIG, SIGQUIT) != 0 || chdir("/") != 0)
    _exit(126);
  auto fd = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(fd, 1);
  dup2(fd, 2);
  execv(raw[0], raw.data());
  _exit(127);
}

std::string postgres_server::socket_conninfo(const std::string& database,
                                             const std::string& role) const {
  std::string quoted;
  for (auto c : database)
    quoted += c == '\'' || c == '\\' ? std::string{'\\', c} : std::string{c};
  return "host=" + folder_.string() + " port=" + std::to_string(port_)
         + " user=" + role + " dbname='" + quoted + "'";
}

bool postgres_server::accepts() const {
  return PQping(socket_conninfo("postgres", "postgres").c_str()) == PQPING_OK;
}

} // namespace atalaya::test
