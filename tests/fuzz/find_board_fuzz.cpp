// Arbitrary pixels of arbitrary size: the finder must neither crash nor leave the rules of its
// header.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>

#include "target/chessboard_fast.hpp"

namespace calib {
namespace {

void require_valid(bool valid) {
  if (!valid) std::abort();
}

void check(const Detection& detection, const cv::Mat& grey, const Board& board) {
  require_valid(detection.found() == detection.reason.empty());
  std::set<int> ids;
  for (const Corner& corner : detection.corners) {
    require_valid(corner.id >= 0 && corner.id < corner_count(board));
    require_valid(ids.insert(corner.id).second && *ids.rbegin() == corner.id);
    require_valid(corner.x >= 0 && corner.y >= 0 && corner.x < grey.cols && corner.y < grey.rows);
    require_valid(corner.sigma_px > 0);
  }
}

}  // namespace
}  // namespace calib

// Four bytes of sizes, then pixels, repeated as often as needed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace calib;
  if (size < 5) return 0;
  const Board board{"chessboard", 3 + data[2] % 10, 3 + data[3] % 10, 0.03};
  cv::Mat grey(1 + data[1], 1 + data[0], CV_8U);
  for (int y = 0; y < grey.rows; ++y)
    for (int x = 0; x < grey.cols; ++x)
      grey.at<std::uint8_t>(y, x) =
          data[4 + static_cast<std::size_t>(y * grey.cols + x) % (size - 4)];
  check(detect_fast(grey, board), grey, board);
  return 0;
}
