#pragma once

// What every other header of this folder is made of: the fields of a struct
// and the names of an enum, as declared once with Boost.Describe.
//
//   struct disk {
//     uint64_t total = 0;
//     std::optional<uint64_t> free;
//     bool operator==(const disk&) const = default;
//   };
//   BOOST_DESCRIBE_STRUCT(disk, (), (total, free))
//
// What must hold, and is checked at compile time: a described struct is an
// aggregate without bases whose public fields are all named, in their order.
// The macro stands in the namespace of the type, and the type in namespace
// atalaya itself: `inspect` and `to_string` are found by its namespace only.

#include <array>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <boost/describe.hpp>
#include <boost/mp11/algorithm.hpp>

namespace atalaya {

template <class T>
concept described_struct = std::is_class_v<T>
                           && boost::describe::has_describe_members<T>::value;

template <class T>
concept described_enum = std::is_enum_v<T>
                         && boost::describe::has_describe_enumerators<T>::value;

namespace detail {

template <class T>
using fields_of
  = boost::describe::describe_members<T, boost::describe::mod_public>;

template <class T, class D>
using field_type
  = std::remove_cvref_t<decltype(std::declval<T&>().*D::pointer)>;

/// One field too few in the macro leaves room for one more initialiser.
template <class T, template <class...> class List, class... Ds>
constexpr bool names_all_fields(List<Ds...>) {
  return requires { T{std::declval<field_type<T, Ds>>()...}; }
         && !requires { T{std::declval<field_type<T, Ds>>()..., {}}; };
}

template <class T>
constexpr std::string_view raw_name() {
  return __PRETTY_FUNCTION__;
}

/// The name of T without its namespace, zero-terminated.
template <class T>
constexpr auto make_type_name() {
  constexpr auto prefix = raw_name<double>().find("double");
  constexpr auto suffix = raw_name<double>().size() - prefix - 6;
  constexpr auto full = [] {
    auto text = raw_name<T>();
    text = text.substr(prefix, text.size() - prefix - suffix);
    return text.substr(text.rfind(':') + 1);
  }();
  std::array<char, full.size() + 1> result{};
  for (size_t i = 0; i < full.size(); ++i)
    result[i] = full[i];
  return result;
}

template <class T>
inline constexpr auto type_name_buffer = make_type_name<T>();

/// A name that C++ keeps for itself (`for`, `import`) is declared with an
/// underscore behind it, which nobody outside sees.
constexpr std::string_view wire_name(std::string_view declared) {
  if (declared.ends_with('_'))
    declared.remove_suffix(1);
  return declared;
}

} // namespace detail

/// "database" for atalaya::database.
template <class T>
constexpr const char* type_name() {
  return detail::type_name_buffer<T>.data();
}

/// Calls `f(std::string_view name, field)` for each field of `x`, in order.
template <class T, class F>
  requires described_struct<std::remove_const_t<T>>
constexpr void for_each_field(T& x, F&& f) {
  using type = std::remove_const_t<T>;
  using fields = detail::fields_of<type>;
  static_assert(detail::names_all_fields<type>(fields{}),
                "BOOST_DESCRIBE_STRUCT forgets a field or changes the order");
  boost::mp11::mp_for_each<fields>(
    [&](auto d) { f(detail::wire_name(d.name), x.*d.pointer); });
}

/// The name of enumerator `x`; "?" for a value that has none.
template <described_enum E>
constexpr std::string_view enum_name(E x) {
  return detail::wire_name(boost::describe::enum_to_string(x, "?"));
}

template <described_enum E>
std::string to_string(E x) {
  return std::string{enum_name(x)};
}

/// The enumerator called `name`, if there is one.
template <described_enum E>
bool from_string(std::string_view name, E& x) {
  auto found = false; // Boost 1.81's enum_from_string wants a C string
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
    [&](auto d) {
      if (!found && name == detail::wire_name(d.name)) {
        x = d.value;
        found = true;
      }
    });
  return found;
}

} // namespace atalaya
