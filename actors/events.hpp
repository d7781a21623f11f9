#pragma once

// The frames of /api/events, both directions: see docs/interface.md. Topics
// write theirs from values encoded before (actors/model/topic.hpp); a test
// holds those against these declarations.

#include "actors/entities.hpp"

namespace atalaya {

struct hello {
  static constexpr auto event = "hello";
  std::string user;
  enum role role = role::viewer;
  std::string version;
  bool operator==(const hello&) const = default;
};
BOOST_DESCRIBE_STRUCT(hello, (), (user, role, version))

struct snapshot {
  static constexpr auto event = "snapshot";
  std::string topic;
  std::string epoch;
  uint64_t seq = 0;
  std::map<std::string, entity> entities;
  bool more = false;
  bool operator==(const snapshot&) const = default;
};
BOOST_DESCRIBE_STRUCT(snapshot, (), (topic, epoch, seq, entities, more))

struct resumed {
  static constexpr auto event = "resumed";
  std::string topic;
  std::string epoch;
  uint64_t seq = 0;
  bool operator==(const resumed&) const = default;
};
BOOST_DESCRIBE_STRUCT(resumed, (), (topic, epoch, seq))

struct put {
  static constexpr auto event = "put";
  std::string topic;
  uint64_t seq = 0;
  std::string key;
  entity value;
  bool operator==(const put&) const = default;
};
BOOST_DESCRIBE_STRUCT(put, (), (topic, seq, key, value))

struct removal {
  static constexpr auto event = "remove";
  std::string topic;
  uint64_t seq = 0;
  std::string key;
  bool operator==(const removal&) const = default;
};
BOOST_DESCRIBE_STRUCT(removal, (), (topic, seq, key))

struct log_line {
  uint64_t seq = 0;
  timestamp at;
  std::string stream;
  std::string text;
  bool operator==(const log_line&) const = default;
};
BOOST_DESCRIBE_STRUCT(log_line, (), (seq, at, stream, text))

struct log_lines {
  static constexpr auto event = "log";
  std::string topic;
  std::vector<log_line> lines;
  bool operator==(const log_lines&) const = default;
};
BOOST_DESCRIBE_STRUCT(log_lines, (), (topic, lines))

/// This client was too slow, or came too late, for so many lines.
struct dropped {
  static constexpr auto event = "dropped";
  std::string topic;
  uint64_t lines = 0;
  bool operator==(const dropped&) const = default;
};
BOOST_DESCRIBE_STRUCT(dropped, (), (topic, lines))

struct gone {
  static constexpr auto event = "gone";
  std::string topic;
  bool operator==(const gone&) const = default;
};
BOOST_DESCRIBE_STRUCT(gone, (), (topic))

struct tick {
  static constexpr auto event = "tick";
  bool operator==(const tick&) const = default;
};
BOOST_DESCRIBE_STRUCT(tick, (), ())

struct problem {
  static constexpr auto event = "error";
  std::optional<std::string> topic;
  std::string code;
  std::string detail;
  bool operator==(const problem&) const = default;
};
BOOST_DESCRIBE_STRUCT(problem, (), (topic, code, detail))

using event = std::variant<hello, snapshot, resumed, put, removal, log_lines,
                           dropped, gone, tick, problem>;

/// What a client says: {"subscribe": T, …} or {"unsubscribe": T}.
struct command {
  std::optional<std::string> subscribe;
  std::optional<uint64_t> after;
  std::optional<std::string> epoch;
  std::optional<uint32_t> tail;
  std::optional<std::string> level;
  std::optional<std::string> search;
  std::optional<std::string> unsubscribe;
  bool operator==(const command&) const = default;
};
BOOST_DESCRIBE_STRUCT(command, (),
                      (subscribe, after, epoch, tail, level, search,
                       unsubscribe))

} // namespace atalaya
