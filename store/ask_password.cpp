#include "store/ask_password.hpp"

#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <iostream>

#include "store/error.hpp"
#include "store/password.hpp"

namespace atalaya::store {

namespace {

volatile sig_atomic_t caught_signal = 0;

/// Up to a newline, the end or the first byte too many.
std::string read_line() {
  std::string result;
  char c = 0;
  while (result.size() <= most_password && read(STDIN_FILENO, &c, 1) == 1
         && c != '\n')
    result += c;
  return result;
}

/// A terminal that shows nothing of what is typed, and is itself again
/// afterwards, even where a signal (Ctrl-C) ends the program meanwhile.
class silent_terminal {
public:
  silent_terminal() {
    caught_signal = 0;
    sigset_t held{};
    sigemptyset(&held);
    struct sigaction note{};
    note.sa_handler = [](int x) { caught_signal = x; };
    for (size_t i = 0; i < std::size(signals); ++i) {
      sigaddset(&held, signals[i]);
      sigaction(signals[i], &note, &handlers_[i]);
    }
    sigprocmask(SIG_BLOCK, &held, &mask_);
    tcgetattr(STDIN_FILENO, &before_);
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ECHONL;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }

  silent_terminal(const silent_terminal&) = delete;

  silent_terminal& operator=(const silent_terminal&) = delete;

  ~silent_terminal() {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    for (size_t i = 0; i < std::size(signals); ++i)
      sigaction(signals[i], &handlers_[i], nullptr);
    sigprocmask(SIG_SETMASK, &mask_, nullptr);
    if (caught_signal != 0)
      raise(caught_signal);
  }

  /// One line. Throws `error` when a signal comes.
  std::string ask(const char* question) const {
    std::cerr << question << std::flush;
    // The signals come in here only, so that none falls between two steps.
    pollfd typed{STDIN_FILENO, POLLIN, 0};
    if (ppoll(&typed, 1, nullptr, &mask_) < 0)
      throw error{"password: interrupted; try again"};
    return read_line();
  }

private:
  static constexpr int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

  termios before_{};
  sigset_t mask_{};
  struct sigaction handlers_[std::size(signals)];
};

std::string ask_twice() {
  if (isatty(STDIN_FILENO) == 0)
    throw wrong_use{"password: no terminal to ask for it; use "
                    "--password-stdin"};
  // Silent before the question is seen: nobody can type too early.
  silent_terminal terminal;
  auto result = terminal.ask("Password: ");
  check_password(result);
  if (terminal.ask("The same again: ") != result)
    throw error{"password: the two are not the same; try again"};
  return result;
}

} // namespace

std::string ask_password(bool from_stdin) {
  if (!from_stdin)
    return ask_twice();
  auto result = read_line();
  check_password(result);
  return result;
}

} // namespace atalaya::store
