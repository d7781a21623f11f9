#pragma once

// Reads one JSON object into a described struct with simdjson, without a tree
// in between. Strict, because what comes in is written by strangers: a key
// that is unknown, twice there or missing (only std::optional may be), a wrong
// type, an unknown enumerator, a number out of range, anything behind the
// object, is an error that says where: `sizes.total: must be a whole number`.
//
// `text` needs simdjson::SIMDJSON_PADDING readable bytes behind it
// (simdjson::padded_string, or a buffer with that much reserve). One parser a
// thread or connection, used again for every text.

#include <bitset>
#include <limits>
#include <stdexcept>

#include <simdjson.h>

#include "actors/reflect/write_json.hpp"

namespace atalaya {

/// What is wrong with a text; `message()` is fit for the one who sent it.
class json_error : public std::runtime_error {
public:
  explicit json_error(const std::string& problem, std::string_view where = {})
    : std::runtime_error(problem), path_(where) {
    // nop
  }

  /// Called on the way out, innermost first: "total", then "sizes".
  void inside(std::string_view where) {
    auto glue = path_.empty() || path_[0] == '[' ? "" : ".";
    path_ = std::string{where} + glue + path_;
  }

  /// "sizes.total: must be a whole number"
  std::string message() const {
    return path_.empty() ? what() : path_ + ": " + what();
  }

private:
  std::string path_;
};

namespace detail {

namespace od = simdjson::ondemand;

template <class T>
T expect(simdjson::simdjson_result<T> x, const char* type) {
  if (x.error() == simdjson::INCORRECT_TYPE
      || x.error() == simdjson::NUMBER_ERROR
      || x.error() == simdjson::NUMBER_OUT_OF_RANGE)
    throw json_error{std::string{"must be "} + type};
  if (x.error() != simdjson::SUCCESS)
    throw json_error{simdjson::error_message(x.error())};
  return std::move(x).value_unsafe();
}

/// Reads bool, int64_t, uint64_t, double or std::string_view. Out of line, or
/// simdjson's parsers are inlined, and compiled, once for every field.
template <class T>
[[gnu::noinline]] T scalar(od::value in, const char* type) {
  return expect(in.get<T>(), type);
}

template <class F>
void located(std::string_view where, F&& f) {
  try {
    f();
  } catch (json_error& e) {
    e.inside(where);
    throw;
  }
}

template <class T>
void read(od::value in, T& x);

template <described_struct T>
void read_object(od::object in, T& x) {
  constexpr auto count = boost::mp11::mp_size<fields_of<T>>::value;
  std::bitset<count> seen;
  for (auto entry : in) {
    auto key = expect(entry.unescaped_key(), "an object");
    auto known = false;
    size_t i = 0;
    for_each_field(x, [&](std::string_view name, auto& field) {
      auto index = i++;
      if (known || key != name)
        return;
      known = true;
      if (seen.test(index))
        throw json_error{"is there twice", name};
      seen.set(index);
      located(name, [&] { read(expect(entry.value(), "a value"), field); });
    });
    if (!known)
      throw json_error{"unknown key", key};
  }
  size_t i = 0;
  for_each_field(x, [&]<class F>(std::string_view name, F&) {
    if (!seen.test(i++) && !is_optional<F>)
      throw json_error{"is missing", name};
  });
}

template <class T>
void read(od::value in, T& x) {
  if constexpr (std::same_as<T, bool>) {
    x = scalar<bool>(in, "true or false");
  } else if constexpr (std::is_integral_v<T>) {
    using limits = std::numeric_limits<T>;
    auto value = [&] {
      if constexpr (std::is_signed_v<T>)
        return scalar<int64_t>(in, "a whole number");
      else
        return scalar<uint64_t>(in, "a whole number, not negative");
    }();
    if (value < limits::min() || value > limits::max())
      throw json_error{"is out of range"};
    x = static_cast<T>(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    x = static_cast<T>(scalar<double>(in, "a number"));
  } else if constexpr (std::same_as<T, std::string>) {
    x = scalar<std::string_view>(in, "a text");
  } else if constexpr (described_enum<T>) {
    auto name = scalar<std::string_view>(in, "a text");
    if (!from_string(name, x))
      throw json_error{"unknown value \"" + std::string{name} + '"'};
  } else if constexpr (std::same_as<T, timestamp>) {
    auto time = parse_rfc3339(scalar<std::string_view>(in, "a time"));
    if (!time)
      throw json_error{"must be a time like 2026-11-22T13:43:49Z"};
    x = *time;
  } else if constexpr (is_duration<T>) {
    std::chrono::duration<double> seconds{scalar<double>(in, "seconds")};
    x = std::chrono::round<T>(seconds);
  } else if constexpr (is_optional<T>) {
    x.reset();
    if (!expect(in.is_null(), "null or a value"))
      read(in, x.emplace());
  } else if constexpr (described_struct<T>) {
    read_object(expect(in.get_object(), "an object"), x);
  } else if constexpr (map_like<T>) {
    x.clear();
    for (auto entry : expect(in.get_object(), "an object")) {
      std::string key{expect(entry.unescaped_key(), "an object")};
      located(key, [&] { read(expect(entry.value(), "a value"), x[key]); });
    }
  } else {
    static_assert(list_like<T>, "this type can't be read");
    x.clear();
    for (auto entry : expect(in.get_array(), "a list"))
      located('[' + std::to_string(x.size()) + ']',
              [&] { read(expect(entry, "a value"), x.emplace_back()); });
  }
}

} // namespace detail

template <described_struct T>
T read_json(simdjson::ondemand::parser& parser,
            simdjson::padded_string_view text) {
  T result;
  auto doc = detail::expect(parser.iterate(text), "JSON");
  detail::read_object(detail::expect(doc.get_object(), "an object"), result);
  if (doc.current_location().error() != simdjson::OUT_OF_BOUNDS)
    throw json_error{"something stands behind the object"};
  return result;
}

} // namespace atalaya
