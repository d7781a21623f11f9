#include "operations/dump_schema.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "operations/dump_hold.hpp"
#include "operations/dump_text.hpp"

namespace atalaya {

namespace {

namespace asio = boost::asio;

struct section {
  std::string text;
  std::exception_ptr failure;
};

asio::awaitable<std::string> dump_section(pg_programs with,
                                          std::string snapshot,
                                          std::string name, size_t most) {
  std::string text;
  output_reader keep = [&](std::string_view bytes) -> asio::awaitable<void> {
    if (text.size() + bytes.size() > most)
      throw schema_too_large{"the schema has more than " + std::to_string(most)
                             + " bytes"};
    text += bytes;
    co_return;
  };
  std::vector<std::string> own{"--section=" + name};
  auto command = pg_dump_command(snapshot, own);
  try {
    co_await run_program(with, command, keep);
  } catch (const program_failure& e) {
    rethrow_refusal(e);
    throw;
  }
  co_return text;
}

/// Both are awaited together, which would turn two failures into one that says
/// nothing.
asio::awaitable<section> try_section(pg_programs with, std::string snapshot,
                                     std::string name, size_t most) {
  section result;
  try {
    result.text = co_await dump_section(with, snapshot, name, most);
  } catch (...) {
    result.failure = std::current_exception();
  }
  co_return result;
}

} // namespace

asio::awaitable<schema_text>
dump_schema(pg_programs with, std::string snapshot, size_t most) {
  using namespace asio::experimental::awaitable_operators;
  auto [pre, post]
    = co_await (try_section(with, snapshot, "pre-data", most)
                && try_section(with, snapshot, "post-data", most));
  for (const auto& failure : {pre.failure, post.failure})
    if (failure)
      std::rethrow_exception(failure);
  auto first = take_apart(pre.text), second = take_apart(post.text);
  schema_text result;
  result.before = std::string{first.head} + std::string{first.body};
  result.after = std::string{second.body} + std::string{first.trailer};
  co_return result;
}

std::vector<std::string> pg_dump_command(const std::string& snapshot,
                                         const std::vector<std::string>& more) {
  std::vector<std::string> result{"pg_dump", "--no-owner", "--no-password",
                                  "--lock-wait-timeout=1000",
                                  "--snapshot=" + snapshot};
  result.insert(result.end(), more.begin(), more.end());
  return result;
}

void rethrow_refusal(const program_failure& e) {
  // The failed statement is told in every language; another that fails because
  // something was dropped meanwhile names what the server misses.
  std::string_view text{e.what()};
  for (auto sign : {"LOCK TABLE ", "cache lookup failed",
                    "could not open "
                    "relation"})
    if (e.exit_code() < 128 && text.find(sign) != text.npos)
      throw lock_refused{std::string{text}};
}

} // namespace atalaya
