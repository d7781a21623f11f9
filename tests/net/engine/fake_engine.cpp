#include "fake_engine.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace atalaya::net {

namespace {

using namespace std::chrono_literals;

std::string fresh_path() {
  static std::atomic<int> count = 0;
  return "/tmp/atalaya-fake-" + std::to_string(getpid()) + "-"
         + std::to_string(++count) + ".sock";
}

int listen_at(const std::string& path) {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  path.copy(to.sun_path, sizeof(to.sun_path) - 1);
  auto result = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(result, reinterpret_cast<sockaddr*>(&to), sizeof(to)) != 0
      || listen(result, 16) != 0)
    throw std::runtime_error{"can't listen at " + path};
  return result;
}

int listen_on_port() {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto result = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(result, reinterpret_cast<sockaddr*>(&to), sizeof(to)) != 0
      || listen(result, 16) != 0)
    throw std::runtime_error{"can't listen on 127.0.0.1"};
  return result;
}

/// Where a listener can be reached.
engine_address address_of(int listener, const std::string& path) {
  if (path != "tcp")
    return {.path = path, .host = {}, .port = 0};
  sockaddr_in at{};
  socklen_t size = sizeof(at);
  getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size);
  return {.path = {}, .host = "localhost", .port = ntohs(at.sin_port)};
}

/// A head, and the body that its Content-Length tells of.
std::string read_request(int from) {
  std::string result;
  size_t whole = std::string::npos;
  std::array<char, 4096> buffer;
  while (result.size() < whole) {
    auto n = read(from, buffer.data(), buffer.size());
    if (n <= 0)
      return result;
    result.append(buffer.data(), static_cast<size_t>(n));
    auto end = result.find("\r\n\r\n");
    if (end == result.npos)
      continue;
    auto length = result.find("Content-Length: ");
    whole = end + 4;
    if (length < end)
      whole += std::stoul(result.substr(length + 16));
  }
  return result;
}

/// Until the other side has read all that was sent: so the next piece is one
/// of its own.
void wait_until_read(int to) {
  constexpr int most = 20'000;
  int unread = 0;
  for (int i = 0; i < most; ++i) {
    if (ioctl(to, SIOCOUTQ, &unread) != 0 || unread == 0)
      return;
    std::this_thread::sleep_for(50us);
  }
}

void send_pieces(int to, const std::vector<std::string>& pieces) {
  for (auto& piece : pieces) {
    if (piece.empty())
      continue;
    wait_until_read(to);
    if (send(to, piece.data(), piece.size(), MSG_NOSIGNAL) < 0)
      return;
  }
}

/// Until the client leaves, at most ten seconds; what it sends is thrown away.
void wait_until_closed(int from) {
  timeval limit{.tv_sec = 10, .tv_usec = 0};
  setsockopt(from, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  std::array<char, 4096> buffer;
  while (read(from, buffer.data(), buffer.size()) > 0) {
    // nop
  }
}

fake_engine::script in_order(std::vector<recording> answers) {
  auto next = std::make_shared<std::atomic<size_t>>(0);
  return [next, xs = std::move(answers)](const std::string&) {
    auto i = (*next)++;
    return i < xs.size() ? xs[i] : recording{};
  };
}

} // namespace

fake_engine::fake_engine(script answer, const std::string& path)
  : path_(path.empty() ? fresh_path() : path),
    answer_(std::move(answer)),
    listener_(path_ == "tcp" ? listen_on_port() : listen_at(path_)),
    where_(address_of(listener_, path_)),
    acceptor_([this] { accept_all(); }) {
  // nop
}

fake_engine::fake_engine(std::vector<recording> answers)
  : fake_engine(in_order(std::move(answers))) {
  // nop
}

fake_engine::~fake_engine() {
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (auto client : clients_)
    shutdown(client, SHUT_RDWR);
  for (auto& thread : threads_)
    thread.join();
  for (auto client : clients_)
    close(client);
  close(listener_);
  unlink(path_.c_str());
}

std::vector<std::string> fake_engine::requests() {
  std::lock_guard guard{mutex_};
  return requests_;
}

void fake_engine::accept_all() {
  for (;;) {
    auto client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0)
      return;
    clients_.push_back(client);
    threads_.emplace_back([this, client] { serve(client); });
  }
}

void fake_engine::serve(int client) {
  auto request = read_request(client);
  {
    std::lock_guard guard{mutex_};
    requests_.push_back(request);
  }
  auto answer = answer_(request);
  send_pieces(client, answer.pieces);
  if (answer.later.valid())
    send_pieces(client, {answer.later.get()});
  if (answer.hold)
    wait_until_closed(client);
  shutdown(client, SHUT_RDWR);
}

recording pong(const std::string& version) {
  return {.pieces = {"HTTP/1.1 200 OK\r\nApi-Version: " + version
                     + "\r\nServer: Docker/20.10.24 (linux)\r\n"
                       "Content-Length: 2\r\n\r\nOK"}};
}

recording answer(const std::string& body, const std::string& status) {
  return {.pieces = {"HTTP/1.1 " + status + "\r\nContent-Length: "
                     + std::to_string(body.size()) + "\r\n\r\n" + body}};
}

recording cut(const std::string& text, size_t at) {
  return {.pieces = {text.substr(0, at), text.substr(at)}};
}

std::string chunked(const std::vector<std::string>& chunks) {
  std::string result;
  for (auto& x : chunks) {
    char size[16];
    std::snprintf(size, sizeof(size), "%zx\r\n", x.size());
    result.append(size).append(x).append("\r\n");
  }
  return result + "0\r\n\r\n";
}

} // namespace atalaya::net
