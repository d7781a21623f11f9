#include "net/engine/conf_reader.hpp"

#include "net/engine/archive.hpp"
#include "net/engine/error.hpp"
#include "net/engine/odoo_conf.hpp"
#include "net/engine/utf8.hpp"

namespace atalaya::net {

namespace {

/// A generous one has 5 KiB.
constexpr size_t longest_conf = 256 * 1024;

} // namespace

boost::asio::awaitable<std::optional<std::string>>
conf_reader::read(engine_client& from, const container_facts& x) {
  auto path = odoo_conf_path(x);
  if (!path)
    co_return std::nullopt;
  if (auto i = known_.find(x.id);
      i != known_.end() && i->second.started_at == x.started_at)
    co_return i->second.text;
  try {
    auto text = co_await read_file(from, x.id, *path, longest_conf);
    if (text)
      text = valid_utf8(*text);
    known_[x.id] = {x.started_at, text};
    co_return text;
  } catch (const engine_error&) {
    // It is being removed, or is locked: the next look may do better.
  }
  auto i = known_.find(x.id);
  co_return i == known_.end() ? std::nullopt : i->second.text;
}

} // namespace atalaya::net
