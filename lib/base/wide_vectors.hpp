#pragma once
// CALIB_WIDE_VECTORS before a function compiles it for several generations of processors; the best
// version for the machine is selected when the program starts. All versions give the same results,
// because the arithmetic is the same (no fused multiply-adds: -ffp-contract=off). A test compares
// them with a build that defines CALIB_NARROW_VECTORS, which compiles only the default version.

#if !defined(CALIB_NARROW_VECTORS) && defined(__x86_64__) && defined(__gnu_linux__) && \
    defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&      \
    !defined(__SANITIZE_THREAD__)
#define CALIB_WIDE_VECTORS __attribute__((target_clones("default", "avx2")))
#else
#define CALIB_WIDE_VECTORS
#endif
