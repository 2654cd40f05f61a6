#pragma once
// Returns memory to the system that the C library keeps after it was freed.

#include <cstdlib>  // defines __GLIBC__

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace calib {

/// Gives freed memory back to the system. To be called after work on many corners, whose small
/// pieces of memory the next work would hardly use.
inline void release_free_memory() {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

}  // namespace calib
