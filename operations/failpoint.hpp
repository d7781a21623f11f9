#pragma once

// Where a crash could fall between two steps of an operation:
//
//   failpoint("backup-proved");
//
// In test builds the program is killed there when ATALAYA_FAILPOINT has this
// name. Each name is there once; the tests read them from the sources.

namespace atalaya {

#ifdef ATALAYA_FAILPOINTS
void failpoint(const char* name);
#else
inline void failpoint(const char*) {
  // nop
}
#endif

} // namespace atalaya
