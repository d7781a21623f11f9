#include "store/hasher.hpp"

#include "store/password.hpp"

namespace atalaya::store {

hasher_actor::behavior_type hasher(hasher_actor::pointer) {
  return {
    [](const std::string& hash, const std::string& password) {
      return verify_password(hash, password);
    },
  };
}

} // namespace atalaya::store
