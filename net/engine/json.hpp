#pragma once

// Lenient reading of what an engine says, which differs between engines and
// their versions: what is missing, null or of another type is empty. Included
// by .cpp files only, because simdjson is a heavy header.

#include <string>
#include <string_view>

#include <simdjson.h>

#include "net/engine/error.hpp"

namespace atalaya::net::json {

using element = simdjson::dom::element;

/// A value that may not be there.
class maybe {
public:
  maybe(element x) : value_(x), there_(true) {
    // nop
  }

  maybe(simdjson::simdjson_result<element> x)
    : there_(std::move(x).get(value_) == simdjson::SUCCESS) {
    // nop
  }

  /// Whether it is there and a T, which is then put into `to`.
  template <class T>
  bool get(T& to) const {
    return there_ && value_.get(to) == simdjson::SUCCESS;
  }

private:
  element value_;
  bool there_;
};

/// Parses one document; its elements live as long as `parser`.
inline element parse(simdjson::dom::parser& parser, std::string_view text) {
  element result;
  auto problem = parser.parse(text.data(), text.size()).get(result);
  if (problem)
    throw engine_error{engine_fault::protocol,
                       std::string{"engine: its answer is not the JSON that "
                                   "was expected: "}
                         + simdjson::error_message(problem)};
  return result;
}

inline std::string text(maybe x) {
  std::string_view result;
  return x.get(result) ? std::string{result} : std::string{};
}

inline bool yes(maybe x) {
  bool result = false;
  return x.get(result) && result;
}

/// A whole number; 0 where there is none.
inline int64_t whole(maybe x) {
  int64_t result = 0;
  return x.get(result) ? result : 0;
}

/// A whole number that is not negative; 0 where there is none.
inline uint64_t natural(maybe x) {
  uint64_t result = 0;
  return x.get(result) ? result : 0;
}

/// Calls `f` with each element of an array.
template <class F>
void each(maybe x, F&& f) {
  simdjson::dom::array list;
  if (x.get(list))
    for (auto value : list)
      f(value);
}

/// Calls `f` with each key and value of an object.
template <class F>
void each_field(maybe x, F&& f) {
  simdjson::dom::object fields;
  if (x.get(fields))
    for (auto [key, value] : fields)
      f(std::string{key}, value);
}

} // namespace atalaya::net::json
