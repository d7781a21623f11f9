#pragma once

// Makes every described struct a CAF message: sent between actors, serialised
// by the middleman, printed by caf::deep_to_string as
// `disk(total = 5, free = none)`. Enums travel as their integers and print by
// name. On the wire fields have no names: both ends must be of one version.
//
// std::optional and std::variant belong to no namespace of ours, so their
// `inspect` must stand where CAF's inspectors find it: in caf (serializer,
// deserializer) and caf::detail (deep_to_string). Include this header before
// the first message type, else CAF's traits remember that they did not.

#include <cstdint>
#include <optional>
#include <variant>

#include <caf/all.hpp>

#include "actors/reflect/reflect.hpp"

namespace caf {

template <class Inspector, class T>
typename Inspector::result_type inspect(Inspector& f, std::optional<T>& x) {
  if constexpr (std::is_void_v<typename Inspector::result_type>) {
    x ? f(*x) : f(none);
  } else {
    auto present = x.has_value();
    if (auto err = f(present))
      return err;
    if constexpr (Inspector::writes_state) {
      x.reset();
      if (present)
        x.emplace();
    }
    return present ? f(*x) : f();
  }
}

template <class Inspector, class... Ts>
typename Inspector::result_type inspect(Inspector& f, std::variant<Ts...>& x) {
  auto apply = [&f](auto& alternative) { return f(alternative); };
  if constexpr (std::is_void_v<typename Inspector::result_type>) {
    std::visit(apply, x);
  } else {
    static_assert(sizeof...(Ts) < 256);
    auto index = static_cast<uint8_t>(x.index());
    if (auto err = f(index))
      return err;
    if constexpr (Inspector::writes_state) {
      if (index >= sizeof...(Ts))
        return sec::invalid_argument;
      boost::mp11::mp_with_index<sizeof...(Ts)>(
        index, [&x](auto i) { x.template emplace<i>(); });
    }
    return std::visit(apply, x);
  }
}

namespace detail {

using caf::inspect;

} // namespace detail

} // namespace caf

namespace atalaya {

namespace detail {

template <class T>
struct named_field {
  const char* name;
  const T& value;
};

template <class T>
std::string to_string(const named_field<T>& x) {
  return std::string{x.name} + " = " + caf::deep_to_string(x.value);
}

} // namespace detail

template <class Inspector, described_struct T>
typename Inspector::result_type inspect(Inspector& f, T& x) {
  using fields = detail::fields_of<T>;
  static_assert(detail::names_all_fields<T>(fields{}),
                "BOOST_DESCRIBE_STRUCT forgets a field or changes the order");
  return [&]<template <class...> class List, class... Ds>(List<Ds...>) {
    if constexpr (std::is_void_v<typename Inspector::result_type>)
      f(caf::meta::type_name(type_name<T>()),
        detail::named_field<detail::field_type<T, Ds>>{Ds::name,
                                                       x.*Ds::pointer}...);
    else
      return f(x.*Ds::pointer...);
  }(fields{});
}

} // namespace atalaya
