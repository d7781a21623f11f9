#include "own_dockerd.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/engine/blocking.hpp"
#include "net/engine/client.hpp"
#include "net/engine/error.hpp"

namespace atalaya::net {

using namespace std::chrono_literals;

own_dockerd::own_dockerd() {
  char name[] = "/tmp/atalaya-dockerd-XXXXXX";
  if (mkdtemp(name) == nullptr)
    throw std::runtime_error{"can't make a folder in /tmp"};
  folder_ = name;
}

own_dockerd::~own_dockerd() {
  if (process_ > 0)
    signal(SIGTERM);
  // It mounts its data onto itself, and leaves that when it is killed.
  umount2((folder_ + "/data").c_str(), MNT_DETACH);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

engine_address own_dockerd::where() const {
  return {.path = folder_ + "/docker.sock", .host = {}, .port = 0};
}

void own_dockerd::start() {
  // Its containerd dies with it, but a moment later; without this file a new
  // one doesn't wait for the old.
  std::filesystem::remove(folder_ + "/exec/containerd/containerd.pid");
  process_ = fork();
  if (process_ == 0)
    run();
  engine_client client{where()};
  for (int i = 0; i < 400; ++i) {
    try {
      run_blocking(client.ping());
      return;
    } catch (const engine_error&) {
      std::this_thread::sleep_for(50ms);
    }
  }
  throw std::runtime_error{"dockerd did not start; see " + folder_ + "/log"};
}

/// In the child: becomes dockerd.
void own_dockerd::run() const {
  auto log = open((folder_ + "/log").c_str(), O_CREAT | O_WRONLY | O_APPEND,
                  0600);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  std::array<std::string, 9> words{"dockerd",
                                   "--data-root=" + folder_ + "/data",
                                   "--exec-root=" + folder_ + "/exec",
                                   "--pidfile=" + folder_ + "/pid",
                                   "--host=unix://" + where().path,
                                   "--storage-driver=vfs",
                                   "--bridge=none",
                                   "--iptables=false",
                                   "--ip6tables=false"};
  std::array<char*, 10> arguments{};
  for (size_t i = 0; i < words.size(); ++i)
    arguments[i] = words[i].data();
  // A test that is aborted takes it along.
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (unshare(CLONE_NEWNET) == 0)
    execvp("dockerd", arguments.data());
  _exit(127);
}

void own_dockerd::signal(int number) {
  kill(process_, number);
  if (number == SIGSTOP || number == SIGCONT)
    return;
  waitpid(process_, nullptr, 0);
  process_ = 0;
}

} // namespace atalaya::net
