#pragma once

#include <map>

#include "actors/reflect/time.hpp"

#include "net/engine/client.hpp"

namespace atalaya::net {

/// Reads the Odoo configuration of containers, once for each time that a
/// container is started.
class conf_reader {
public:
  /// The text for `container_facts::odoo_conf`; null where `x` isn't Odoo's or
  /// has no such file. When the engine doesn't give it now, the last text.
  boost::asio::awaitable<std::optional<std::string>>
  read(engine_client& from, const container_facts& x);

  void forget(const std::string& container) {
    known_.erase(container);
  }

private:
  struct entry {
    std::optional<timestamp> started_at;
    std::optional<std::string> text;
  };

  std::map<std::string, entry> known_; ///< By container id.
};

} // namespace atalaya::net
