#include "operations/child_process.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "operations/failure.hpp"

namespace atalaya {

namespace {

namespace asio = boost::asio;

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

/// As much as a pipe holds once it was asked to hold more.
constexpr auto read_size = size_t{256} * 1024;

constexpr auto most_errors = off_t{4096};

struct pipe_ends {
  int read = -1;
  int write = -1;
};

pipe_ends make_pipe() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0)
    throw operation_failure{std::string{"a program can't be started: "}
                            + std::strerror(errno)};
  fcntl(fds[1], F_SETPIPE_SZ, static_cast<int>(read_size));
  return {fds[0], fds[1]};
}

/// This program's environment with `own` in place of what has its name.
std::vector<std::string> merged(std::vector<std::string> own) {
  auto size = own.size();
  for (auto i = environ; *i; ++i) {
    std::string_view entry{*i};
    auto name = entry.substr(0, entry.find('=') + 1);
    auto given
      = std::any_of(own.begin(), own.begin() + std::ptrdiff_t(size),
                    [&](const auto& x) { return x.starts_with(name); });
    if (!given)
      own.emplace_back(entry);
  }
  return own;
}

std::vector<char*> pointers(std::vector<std::string>& xs) {
  std::vector<char*> result;
  for (auto& x : xs)
    result.push_back(x.data());
  result.push_back(nullptr);
  return result;
}

/// Returns the pid, or throws what posix_spawn says.
pid_t spawn(child_process::request what, int in, int out, int err) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in, 0);
  posix_spawn_file_actions_adddup2(&files, out, 1);
  posix_spawn_file_actions_adddup2(&files, err, 2);
  // The server blocks and ignores signals that its programs must hear.
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  auto environment = merged(std::move(what.environment));
  pid_t pid = 0;
  auto failed = posix_spawn(&pid, what.command[0].c_str(), &files, &attributes,
                            pointers(what.command).data(),
                            pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0)
    throw operation_failure{what.command[0]
                            + " can't be started: " + std::strerror(failed)};
  return pid;
}

} // namespace

child_process::child_process(const asio::any_io_executor& ex,
                             const request& what)
  : name_(what.command.at(0)), in_(ex), out_(ex), errors_(ex) {
  auto input = make_pipe();
  in_.assign(input.write);
  descriptor its_input{ex, input.read};
  auto output = make_pipe();
  out_.assign(output.read);
  descriptor its_output{ex, output.write};
  errors_.assign(memfd_create("errors", MFD_CLOEXEC));
  pid_ = spawn(what, input.read, output.write, errors_.native_handle());
  in_.native_non_blocking(true);
  out_.native_non_blocking(true);
}

child_process::~child_process() {
  if (pid_ != 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
}

asio::awaitable<std::string>
child_process::read(std::chrono::milliseconds silence) {
  std::string bytes(read_size, '\0');
  for (;;) {
    auto n = ::read(out_.native_handle(), bytes.data(), bytes.size());
    if (n >= 0) {
      bytes.resize(static_cast<size_t>(n));
      co_return bytes;
    }
    if (errno != EAGAIN && errno != EINTR)
      throw operation_failure{name_ + ": " + std::strerror(errno)};
    co_await ready(out_, descriptor::wait_read, silence);
  }
}

asio::awaitable<void> child_process::write(std::string_view bytes,
                                           std::chrono::milliseconds silence) {
  while (!bytes.empty() && in_.is_open()) {
    auto n = ::write(in_.native_handle(), bytes.data(), bytes.size());
    if (n >= 0)
      bytes.remove_prefix(static_cast<size_t>(n));
    else if (errno == EPIPE)
      in_.close();
    else if (errno != EAGAIN && errno != EINTR)
      throw operation_failure{name_ + ": " + std::strerror(errno)};
    else
      co_await ready(in_, descriptor::wait_write, silence);
  }
}

void child_process::close_input() {
  in_.close();
}

asio::awaitable<int>
child_process::exit_code(std::chrono::milliseconds silence) {
  auto deadline = std::chrono::steady_clock::now() + silence;
  asio::steady_timer moment{co_await asio::this_coro::executor};
  auto status = 0;
  while (waitpid(pid_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline)
      throw operation_failure{name_
                              + " has closed its output, but doesn't "
                                "end"};
    moment.expires_after(std::chrono::milliseconds{5});
    co_await moment.async_wait(asio::use_awaitable);
  }
  pid_ = 0;
  co_return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::string child_process::errors() {
  std::array<char, most_errors> text;
  auto fd = errors_.native_handle();
  auto size = lseek(fd, 0, SEEK_END);
  auto n = pread(fd, text.data(), text.size(),
                 std::max<off_t>(0, size - most_errors));
  return {text.data(), n > 0 ? static_cast<size_t>(n) : 0};
}

asio::awaitable<void> child_process::ready(descriptor& on,
                                           descriptor::wait_type what,
                                           std::chrono::milliseconds silence) {
  using namespace asio::experimental::awaitable_operators;
  asio::steady_timer timer{on.get_executor(), silence};
  auto done = co_await (on.async_wait(what, quietly)
                        || timer.async_wait(quietly));
  if (done.index() == 1)
    throw operation_failure{name_ + " did nothing for "
                            + std::to_string(silence.count() / 1000) + " s"};
  if (auto ec = std::get<0>(std::get<0>(done)))
    throw boost::system::system_error{ec};
}

} // namespace atalaya
