// Prints ui/src/protocol.ts: the types of the API and of the events as
// TypeScript, from the one declaration of each. A test holds the committed
// file against this program's output; to renew it:
//
//   build/dev/ui/atalaya_protocol > ui/src/protocol.ts

#include <algorithm>
#include <iostream>
#include <sstream>

#include "actors/events.hpp"
#include "actors/reflect/typescript.hpp"

namespace atalaya {

/// The answer of POST /api/login and GET /api/session.
struct session {
  std::string user;
  enum role role = role::viewer;
};
BOOST_DESCRIBE_STRUCT(session, (), (user, role))

/// The body of POST /api/login.
struct credentials {
  std::string user;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(credentials, (), (user, password))

/// Every answer that is an error: RFC 9457, application/problem+json.
struct problem_details {
  std::string type;
  std::string title;
  uint16_t status = 0;
  std::string detail;
  std::string code;
};
BOOST_DESCRIBE_STRUCT(problem_details, (), (type, title, status, detail, code))

/// The answer of GET /api/instances/I.
struct instance_view {
  uint64_t seq = 0;
  std::string epoch;
  struct instance instance;
  std::vector<database> databases;
  std::vector<container> containers;
  std::vector<backup> backups;
  std::vector<operation> operations;
};
BOOST_DESCRIBE_STRUCT(instance_view, (),
                      (seq, epoch, instance, databases, containers, backups,
                       operations))

namespace {

/// Writes the declarations that T needs and `export type NAME = …`.
template <class T>
void name_union(std::ostream& out, detail::typescript& ts, const char* name) {
  auto alternatives = ts.use<T>();
  out << "export type " << name << " =";
  for (size_t begin = 0; begin <= alternatives.size();) {
    auto end = std::min(alternatives.find(" | ", begin), alternatives.size());
    out << "\n  | " << alternatives.substr(begin, end - begin);
    begin = end + 3;
  }
  out << ";\n\n";
}

std::string protocol() {
  std::ostringstream out;
  out
    << "// Made by ui/protocol.cpp from the C++ declarations (actors/): don't\n"
       "// edit. The contract in words is docs/interface.md.\n\n";
  detail::typescript ts{out};
  name_union<entity>(out, ts, "Entity");
  name_union<event>(out, ts, "ServerEvent");
  ts.use<command>();
  ts.use<session>();
  ts.use<credentials>();
  ts.use<problem_details>();
  ts.use<instance_view>();
  auto text = std::move(out).str();
  text.pop_back(); // the empty line behind the last declaration
  return text;
}

} // namespace

} // namespace atalaya

int main() {
  std::cout << atalaya::protocol() << std::flush;
  return std::cout ? 0 : 1;
}
