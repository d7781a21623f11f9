#pragma once

#include <string>

#include "net/engine/run_exec.hpp"

namespace atalaya {

/// Runs a program in a container, as root: the kernel lets others link only
/// what is their own (protected_hardlinks). Throws net::engine_error.
boost::asio::awaitable<net::exec_result>
run_inside(net::engine_client& engine, std::string container,
           std::vector<std::string> command);

/// Removes a folder of links in a container, and `.atalaya` around it unless
/// others are in it. Blocks. Throws operation_failure, net::engine_error.
void remove_links_inside(net::engine_client& engine,
                         const std::string& container,
                         const std::string& folder);

} // namespace atalaya
