#include "net/server/router.hpp"

#include <spdlog/spdlog.h>

#include "net/server/gate.hpp"

namespace asio = boost::asio;

namespace atalaya::net::web {

namespace {

constexpr bool is_place(std::string_view part) {
  return part.size() == 3 && part.front() == '{' && part.back() == '}';
}

/// HEAD is answered as GET is, without its body.
std::string_view routed_method(const request& req) {
  return req.method == "HEAD" ? std::string_view{"GET"} : req.method;
}

answer not_routed(const request& req, const std::string& allowed) {
  if (allowed.empty())
    return problem(errc::not_found, "there is nothing at " + req.path);
  auto result = problem(
    errc::invalid,
    req.path + " does not take " + req.method + ", but " + allowed, 405);
  result.headers.emplace_back("Allow", allowed);
  return result;
}

/// Runs the route with everything in front of it.
asio::awaitable<answer> pass(const route& to, call& c) {
  try {
    co_await admit(to, c);
    co_return co_await to.run(c);
  } catch (const refused& e) {
    co_return problem(e.code(), e.what());
  } catch (const std::exception& e) {
    spdlog::error("server: {} {} failed: {}", c.req.method, c.req.path,
                  e.what());
    co_return problem(errc::internal, "this went wrong inside; the log of the "
                                      "server says more");
  }
}

} // namespace

bool match(std::string_view pattern, const std::vector<std::string>& segments,
           std::map<char, std::string>& places) {
  places.clear();
  pattern.remove_prefix(1);
  for (size_t i = 0; i < segments.size(); ++i) {
    auto part = pattern.substr(0, pattern.find('/'));
    auto last = part.size() == pattern.size();
    if (last != (i + 1 == segments.size()))
      return false;
    if (is_place(part) && !segments[i].empty())
      places[part[1]] = segments[i];
    else if (part != segments[i])
      return false;
    pattern.remove_prefix(last ? part.size() : part.size() + 1);
  }
  return true;
}

asio::awaitable<answer> respond(const backend& to, const request& req) {
  call c{to, req, {}};
  std::string allowed;
  for (auto& x : routes()) {
    if (!match(x.pattern, req.segments, c.places))
      continue;
    if (x.method == routed_method(req)) {
      auto result = co_await pass(x, c);
      record(x, c, result);
      co_return result;
    }
    allowed += (allowed.empty() ? "" : ", ") + std::string{x.method};
    if (x.method == "GET")
      allowed += ", HEAD";
  }
  co_return not_routed(req, allowed);
}

bool is_routed(const request& req) {
  std::map<char, std::string> places;
  for (auto& x : routes())
    if (match(x.pattern, req.segments, places))
      return true;
  return false;
}

} // namespace atalaya::net::web
