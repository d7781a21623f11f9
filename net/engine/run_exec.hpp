#pragma once

#include "net/engine/exec.hpp"

namespace atalaya::net {

/// What a program has printed, and how it ended.
struct exec_result {
  int32_t exit_code = 0;
  std::string out; ///< Bytes, as printed.
  std::string err; ///< Likewise, with what the engine has to say.
};

/// Runs a program to its end, giving it `input`. Throws engine_error when it
/// prints more than `limit` bytes or takes longer than `timeout`; then it is
/// left to itself.
boost::asio::awaitable<exec_result>
run_exec(engine_client& from, std::string container, exec_request what,
         std::string input, size_t limit, std::chrono::milliseconds timeout);

/// The exit code of a program that has closed its output, which comes a moment
/// before the engine knows how it did. Throws engine_error, also where it
/// doesn't end.
boost::asio::awaitable<int32_t> await_exit(engine_client& from, std::string id);

} // namespace atalaya::net
