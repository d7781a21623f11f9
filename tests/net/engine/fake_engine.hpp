#pragma once

// An engine on a unix socket that says what was recorded, byte for byte, cut
// where the test wants it. For what a real engine can't be made to do on
// demand.

#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "net/engine/address.hpp"

namespace atalaya::net {

/// What it sends on one connection once the request was read.
struct recording {
  std::vector<std::string> pieces; ///< Each arrives on its own.
  /// Comes behind the pieces, once it is there.
  std::shared_future<std::string> later = {};
  bool hold = false; ///< Keeps the connection open until the client leaves.
};

class fake_engine {
public:
  /// Says what to send to a request; called on threads of its own.
  using script = std::function<recording(const std::string& request)>;

  /// Listens at `path`, or at one of its own; "tcp": at a port of its own.
  explicit fake_engine(script answer, const std::string& path = {});

  /// Answers the requests one after the other, in this order, and then with
  /// nothing.
  explicit fake_engine(std::vector<recording> answers);

  /// Ends every connection.
  ~fake_engine();

  const engine_address& where() const {
    return where_;
  }

  /// The requests up to now, heads and bodies.
  std::vector<std::string> requests();

private:
  void accept_all();

  void serve(int client);

  std::string path_;
  script answer_;
  int listener_;
  engine_address where_;
  std::mutex mutex_;
  std::vector<std::string> requests_; ///< Guarded by the mutex.
  std::vector<int> clients_;          ///< Of the acceptor, like the threads.
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

/// The answer to /_ping of an engine that speaks up to `version`.
recording pong(const std::string& version = "1.41");

/// A whole answer with a length.
recording answer(const std::string& body, const std::string& status = "200 OK");

/// A body in these chunks, and its end.
std::string chunked(const std::vector<std::string>& chunks);

/// `text` in two pieces, cut behind `at` bytes.
recording cut(const std::string& text, size_t at);

} // namespace atalaya::net
