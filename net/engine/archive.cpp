#include "net/engine/archive.hpp"

#include "net/engine/error.hpp"

namespace atalaya::net {

namespace asio = boost::asio;

namespace {

constexpr int most_links = 8;

/// Where a link at `path` leads to. The engine makes sense of dots.
std::string target_of(const std::string& path, const std::string& link) {
  if (link.starts_with('/'))
    return link;
  return path.substr(0, path.rfind('/') + 1) + link;
}

} // namespace

asio::awaitable<void> archive::read() {
  auto piece = co_await from_.next();
  if (!piece)
    throw engine_error{engine_fault::protocol,
                       "engine: its archive ends in the middle of a file"};
  tar_.feed(*piece);
}

asio::awaitable<std::optional<tar_entry>> archive::next() {
  for (;;) {
    auto entry = tar_.next();
    if (entry || tar_.done())
      co_return entry;
    co_await read();
  }
}

asio::awaitable<std::optional<std::string>> archive::data() {
  while (tar_.remaining() > 0) {
    if (auto piece = tar_.data(); !piece.empty())
      co_return piece;
    co_await read();
  }
  co_return std::nullopt;
}

asio::awaitable<std::optional<archive>>
open_archive(engine_client& from, std::string container, std::string path,
             std::chrono::milliseconds silence) {
  request what;
  what.target = "/containers/" + uri_escape(container)
                + "/archive?path=" + uri_escape(path);
  what.timeout = from.limits().answer;
  try {
    auto answer = co_await from.send(what);
    answer.follow(silence);
    co_return archive{std::move(answer)};
  } catch (const engine_error& e) {
    if (e.status() != 404)
      throw;
  }
  co_return std::nullopt;
}

asio::awaitable<std::optional<std::string>>
read_file(engine_client& from, std::string container, std::string path,
          size_t limit) {
  for (int hop = 0; hop < most_links; ++hop) {
    auto in = co_await open_archive(from, container, path);
    if (!in)
      co_return std::nullopt;
    auto entry = co_await in->next();
    if (entry && entry->type == tar_entry::kind::symlink) {
      path = target_of(path, entry->link);
      continue;
    }
    if (!entry || entry->type != tar_entry::kind::file)
      co_return std::nullopt;
    if (entry->size > limit)
      throw engine_error{engine_fault::protocol,
                         path + ": it has more than " + std::to_string(limit)
                           + " bytes, the most that is read of it"};
    std::string result;
    for (auto x = co_await in->data(); x; x = co_await in->data())
      result += *x;
    co_return result;
  }
  co_return std::nullopt;
}

} // namespace atalaya::net
