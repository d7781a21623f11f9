#include "operations/container_links.hpp"

#include <chrono>

#include "net/engine/blocking.hpp"
#include "operations/failure.hpp"

namespace atalaya {

namespace {

constexpr auto most_output = size_t{1} << 20;
constexpr std::chrono::hours patience{1};

} // namespace

boost::asio::awaitable<net::exec_result>
run_inside(net::engine_client& engine, std::string container,
           std::vector<std::string> command) {
  net::exec_request what;
  what.command = std::move(command);
  what.environment = {"LC_ALL=C"};
  what.user = "0";
  auto result = co_await net::run_exec(engine, container, std::move(what), "",
                                       most_output, patience);
  co_return result;
}

void remove_links_inside(net::engine_client& engine,
                         const std::string& container,
                         const std::string& folder) {
  auto removed = net::run_blocking(
    run_inside(engine, container, {"rm", "-rf", "--", folder}));
  if (removed.exit_code != 0)
    throw operation_failure{removed.err};
  auto hidden = folder.substr(0, folder.rfind('/'));
  net::run_blocking(run_inside(engine, container, {"rmdir", "--", hidden}));
}

} // namespace atalaya
