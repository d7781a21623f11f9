#include "net/server/target.hpp"

namespace atalaya::net::web {

namespace {

/// The word of the nearest proxy: what stands before it, anybody can write.
std::string_view last_word(std::string_view list) {
  auto comma = list.rfind(',');
  return trimmed(list.substr(comma == std::string_view::npos ? 0 : comma + 1));
}

/// "http://host/path" as a target is "/path" (RFC 9112, 3.2.2).
void drop_authority(std::string& target) {
  if (target.starts_with('/') || origin_of(target).empty())
    return;
  auto slash = target.find('/', target.find("://") + 3);
  target = slash == std::string::npos ? "/" : target.substr(slash);
}

answer redirect(const std::string& to) {
  answer result;
  result.status = 308;
  result.headers.emplace_back("Location", to);
  return result;
}

} // namespace

void identify(request& req, const boost::asio::ip::address& peer, bool tls,
              const proxy_list& proxies) {
  req.host = req.header("Host");
  req.secure = tls;
  req.address = proxies.client(peer, req.header("X-Forwarded-For"));
  if (!proxies.holds(peer))
    return;
  if (auto x = last_word(req.header("X-Forwarded-Proto")); !x.empty())
    req.secure = same_word(x, "https");
  if (auto x = last_word(req.header("X-Forwarded-Host")); !x.empty())
    req.host = x;
}

std::optional<answer> aim(request& req, const std::string& base_path) {
  drop_authority(req.path);
  auto mark = std::min(req.path.find('?'), req.path.size());
  auto query = parse_query(
    std::string_view{req.path}.substr(std::min(mark + 1, req.path.size())));
  req.path.resize(mark);
  if (req.path + '/' == base_path)
    return redirect(base_path);
  auto segments = split_path(req.path);
  if (!segments || !query)
    return problem(errc::invalid, "the address is not a path in "
                                  "percent-encoded UTF-8");
  if (!req.path.starts_with(base_path))
    return problem(errc::not_found, "everything here lies below " + base_path);
  req.path.erase(0, base_path.size() - 1);
  req.segments = *split_path(req.path);
  req.query = std::move(*query);
  return std::nullopt;
}

} // namespace atalaya::net::web
