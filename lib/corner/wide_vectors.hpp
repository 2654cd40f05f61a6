#pragma once
// CALIB_WIDE_VECTORS before a function: it is compiled for several generations of processors, and
// the machine's own is taken when the program starts. The arithmetic is the same in all (no fused
// multiply-adds: -ffp-contract=off), and so are the results: a test compares them with those of
// CALIB_NARROW_VECTORS, which leaves the choice out.

#if !defined(CALIB_NARROW_VECTORS) && defined(__x86_64__) && defined(__gnu_linux__) && \
    defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&      \
    !defined(__SANITIZE_THREAD__)
#define CALIB_WIDE_VECTORS __attribute__((target_clones("default", "avx2")))
#else
#define CALIB_WIDE_VECTORS
#endif
