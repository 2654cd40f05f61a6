// The main of all test programs.

#include <gmock/gmock.h>

#include <cstdio>
#include <cstdlib>
#include <opencv2/core/utility.hpp>

#include "base/deadline.hpp"

int main(int argc, char** argv) {
  // As in the program. The thread sanitizer, for one, does not see the order of OpenCV's own.
  cv::setNumThreads(1);
  testing::InitGoogleMock(&argc, argv);
  const int failed = RUN_ALL_TESTS();
  // As in the program: a thread that still runs must not see the libraries taken down.
  if (calib::any_work_abandoned()) {
    std::fflush(nullptr);
    std::_Exit(failed);
  }
  return failed;
}
