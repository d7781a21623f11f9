#include "real_engine.hpp"

#include <cstdlib>
#include <stdexcept>

#include <unistd.h>

#include "actors/reflect/write_json.hpp"
#include "net/engine/blocking.hpp"
#include "net/engine/error.hpp"

namespace atalaya::net {

namespace {

/// An image with coreutils and a shell.
std::string image() {
  auto x = std::getenv("ATALAYA_TEST_IMAGE");
  if (!x)
    throw std::runtime_error{
      "ATALAYA_TEST_IMAGE is not set: run this through ./test"};
  return x;
}

std::string fresh_name() {
  static int count = 0;
  return "atalaya-test-" + std::to_string(getpid()) + "-"
         + std::to_string(++count);
}

} // namespace

engine_address engine_of(const char* variable) {
  auto x = std::getenv(variable);
  if (x == nullptr)
    throw std::runtime_error{std::string{variable}
                             + ": it is not set; run this through ./test"};
  return parse_engine_address(x);
}

own_network::own_network(engine_client& in) : in_(in), name_(fresh_name()) {
  request what;
  what.method = "POST";
  what.target = "/networks/create";
  what.body = "{\"Name\":" + to_json(name_) + "}";
  run_blocking(in_.text(what));
}

own_network::~own_network() {
  request what;
  what.method = "DELETE";
  what.target = "/networks/" + name_;
  run_blocking(in_.text(what));
}

throwaway::throwaway(engine_client& in, const options& xs)
  : in_(in), name_(fresh_name()) {
  request what;
  what.method = "POST";
  what.target = "/containers/create?name=" + name_;
  what.body = "{\"Image\":" + to_json(image()) + ",\"Cmd\":"
              + to_json(xs.command) + ",\"Tty\":" + to_json(xs.tty)
              + ",\"Labels\":" + xs.labels + ",\"Env\":" + xs.environment
              + ",\"HostConfig\":{\"NetworkMode\":" + to_json(xs.network)
              + "}}";
  auto answer = run_blocking(in_.text(what));
  auto begin = answer.find("\"Id\":\"");
  id_ = answer.substr(begin + 6, 64);
}

throwaway::~throwaway() {
  try {
    remove();
  } catch (const engine_error&) {
    // The test has removed it.
  }
}

void throwaway::start() {
  run_blocking(in_.start(id_));
}

void throwaway::stop() {
  run_blocking(in_.stop(id_, std::chrono::seconds{0}));
}

void throwaway::remove() {
  request what;
  what.method = "DELETE";
  what.target = "/containers/" + id_ + "?force=1&v=1";
  run_blocking(in_.text(what));
}

} // namespace atalaya::net
