#include "image/mix_gray.hpp"

namespace calib {
namespace {

template <class Level>
cv::Mat mix_all(const cv::Mat& bgr) {
  cv::Mat gray(bgr.size(), CV_MAKETYPE(bgr.depth(), 1));
  for (int y = 0; y < bgr.rows; ++y) {
    const auto* from = bgr.ptr<Level>(y);
    auto* to = gray.ptr<Level>(y);
    for (int x = 0; x < bgr.cols; ++x, from += 3) to[x] = mix_gray(from[2], from[1], from[0]);
  }
  return gray;
}

}  // namespace

cv::Mat gray_of_bgr(const cv::Mat& bgr) {
  return bgr.depth() == CV_8U ? mix_all<std::uint8_t>(bgr) : mix_all<std::uint16_t>(bgr);
}

}  // namespace calib
