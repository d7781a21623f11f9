#pragma once

// The Engine API of Docker and Podman: a coroutine a question. A client holds
// an address and the version that was negotiated, no socket: each question has
// a connection of its own, and ending the coroutine (by its cancellation slot)
// closes it. Not thread safe: one client per strand. Everything throws
// engine_error.

#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "actors/model/container_facts.hpp"
#include "net/engine/address.hpp"
#include "net/engine/limits.hpp"
#include "net/engine/response.hpp"
#include "net/engine/version.hpp"

namespace atalaya::net {

/// Who answered a ping.
struct engine_identity {
  bool podman = false;
  std::string product; ///< "Docker 20.10.24"
  api_version api;     ///< As negotiated.
  bool operator==(const engine_identity&) const = default;
};

class engine_client {
public:
  template <class T>
  using awaitable = boost::asio::awaitable<T>;

  explicit engine_client(engine_address where, engine_limits limits = {});

  /// Asks who is there, and negotiates the version anew.
  awaitable<engine_identity> ping();

  /// The ids of all containers, stopped ones too.
  awaitable<std::vector<std::string>> list();

  /// Everything but `odoo_conf`. Status 404: there is no such container.
  awaitable<container_facts> inspect(std::string container);

  /// Already running is no error.
  awaitable<void> start(std::string container);

  /// Gives it `grace` before it is killed; returns when it has ended. Not
  /// running is no error.
  awaitable<void> stop(std::string container, std::chrono::seconds grace);

  /// Like stop, then start.
  awaitable<void> restart(std::string container, std::chrono::seconds grace);

  /// Any question, below the negotiated version; the answer's status is under
  /// 400. For the parts of the API that have a file of their own.
  awaitable<response> send(request what);

  /// Like `send`, with the whole body in bounds.
  awaitable<std::string> text(request what);

  /// Who answered the last ping; asks when nobody was asked yet.
  awaitable<engine_identity> identity();

  const engine_address& where() const {
    return where_;
  }

  const engine_limits& limits() const {
    return limits_;
  }

private:
  awaitable<void> command(std::string container, std::string verb,
                          std::optional<std::chrono::seconds> grace);

  engine_address where_;
  engine_limits limits_;
  std::optional<engine_identity> identity_;
};

} // namespace atalaya::net
