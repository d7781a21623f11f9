#include "store/sodium.hpp"

#include <stdexcept>

#include <sodium.h>

namespace atalaya::store {

void ready_sodium() {
  // What fails here is the kernel's random generator; nothing can go on.
  static const auto failed = sodium_init() < 0;
  if (failed)
    throw std::runtime_error{"libsodium: no random numbers to be had; see "
                             "that /dev/urandom is there"};
}

} // namespace atalaya::store
