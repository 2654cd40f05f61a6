#include "pipeline/context.hpp"

#include <opencv2/core/utility.hpp>

#include "image/decode.hpp"

namespace calib {

void quieten_libraries() {
  cv::setNumThreads(1);
  silence_opencv();
}

}  // namespace calib
