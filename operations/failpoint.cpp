#include "operations/failpoint.hpp"

#ifdef ATALAYA_FAILPOINTS

#include <csignal>
#include <cstdlib>
#include <cstring>

namespace atalaya {

void failpoint(const char* name) {
  auto wanted = std::getenv("ATALAYA_FAILPOINT");
  if (wanted && std::strcmp(wanted, name) == 0)
    std::raise(SIGKILL);
}

} // namespace atalaya

#endif
