#include "pipeline/context.hpp"

#include <malloc.h>

#include <opencv2/core/utility.hpp>

#include "image/decode.hpp"

namespace calib {

void prepare_process() {
#ifdef __GLIBC__
  // Thousands of pictures are loaded and freed. Keeping their memory saves asking the kernel for
  // it again, page by page, for each of them.
  constexpr int kKept = 1 << 28;
  mallopt(M_MMAP_THRESHOLD, kKept);
  mallopt(M_TRIM_THRESHOLD, kKept);
#endif
  cv::setNumThreads(1);
  silence_opencv();
}

void note_strict(Provenance& provenance, const Context& context) {
  if (context.strict) provenance.options.emplace_back("strict", "true");
}

Option max_pixels_option(double& millions) {
  return Option::number("max_pixels", millions,
                        "larger pictures are left out as broken; million pixels")
      .at_least(0.001)
      .at_most(1e6);
}

void release_memory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace calib
