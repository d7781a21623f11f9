#include "net/postgres/parameters.hpp"

#include <algorithm>
#include <memory>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <libpq-fe.h>

#include "net/postgres/error.hpp"

namespace asio = boost::asio;

namespace atalaya::net::pg {

namespace {

/// Whether `host` is one name, neither an address nor a socket's folder.
bool is_name(const std::string& host) {
  auto ec = boost::system::error_code{};
  asio::ip::make_address(host, ec);
  return ec && !host.empty() && host[0] != '/' && host[0] != '@'
         && host.find(',') == host.npos;
}

struct free_options {
  void operator()(PQconninfoOption* ptr) const {
    PQconninfoFree(ptr);
  }
};

using option_list = std::unique_ptr<PQconninfoOption, free_options>;

} // namespace

parameters::parameters(const std::string& conninfo) {
  char* message = nullptr;
  option_list options{PQconninfoParse(conninfo.c_str(), &message)};
  PQfreemem(message);
  if (!options)
    throw error{"the postgres string can't be read: it must be a libpq "
                "connection string like \"host=db user=odoo\""};
  for (auto i = options.get(); i->keyword; ++i)
    if (i->val && *i->val)
      entries_.emplace_back(i->keyword, i->val);
}

std::string parameters::get(const std::string& name) const {
  auto i = std::ranges::find(entries_, name,
                             &std::pair<std::string, std::string>::first);
  return i == entries_.end() ? std::string{} : i->second;
}

void parameters::set(const std::string& name, std::string value) {
  std::erase_if(entries_, [&](const auto& x) { return x.first == name; });
  entries_.emplace_back(name, std::move(value));
}

std::vector<std::string> parameters::environment() const {
  option_list known{PQconndefaults()};
  std::vector<std::string> result;
  for (auto i = known.get(); i && i->keyword; ++i)
    if (auto text = get(i->keyword); i->envvar && !text.empty())
      result.push_back(std::string{i->envvar} + '=' + text);
  return result;
}

asio::awaitable<void>
parameters::resolve(std::chrono::steady_clock::time_point deadline) {
  using namespace asio::experimental::awaitable_operators;
  constexpr auto quietly = asio::as_tuple(asio::use_awaitable);
  auto host = get("host");
  if (!is_name(host) || !get("hostaddr").empty())
    co_return;
  auto executor = co_await asio::this_coro::executor;
  asio::ip::tcp::resolver resolver{executor};
  asio::steady_timer timer{executor, deadline};
  auto done = co_await (resolver.async_resolve(host, "", quietly)
                        || timer.async_wait(quietly));
  if (done.index() == 1)
    throw error{"PostgreSQL can't be reached: looking up the host name " + host
                + " takes too long"};
  auto& [ec, found] = std::get<0>(done);
  if (ec || found.empty())
    throw error{"PostgreSQL can't be reached: the host name " + host
                + " is not known (" + ec.message() + ")"};
  set("hostaddr", found.begin()->endpoint().address().to_string());
}

std::vector<const char*> parameters::keywords() const {
  std::vector<const char*> result;
  for (const auto& [name, value] : entries_)
    result.push_back(name.c_str());
  result.push_back(nullptr);
  return result;
}

std::vector<const char*> parameters::values() const {
  std::vector<const char*> result;
  for (const auto& [name, value] : entries_)
    result.push_back(value.c_str());
  result.push_back(nullptr);
  return result;
}

} // namespace atalaya::net::pg
