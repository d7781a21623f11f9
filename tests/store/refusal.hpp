#pragma once

#include <exception>
#include <string>

namespace atalaya {

/// What `f` throws, in words; "accepted" where it throws nothing.
template <class F>
std::string refusal_of(F f) {
  try {
    f();
  } catch (const std::exception& e) {
    return e.what();
  }
  return "accepted";
}

} // namespace atalaya
