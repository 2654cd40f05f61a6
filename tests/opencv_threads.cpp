// OpenCV runs on the caller's thread in the tests, as it does in the program. The thread sanitizer,
// for one, does not see the order of its own threads.

#include <opencv2/core/utility.hpp>

namespace calib::testing {
namespace {

[[maybe_unused]] const bool kOneThread = (cv::setNumThreads(1), true);

}  // namespace
}  // namespace calib::testing
