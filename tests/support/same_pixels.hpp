#pragma once
// Exact comparison of images and maps.

#include <opencv2/core.hpp>

namespace calib::testing {

inline bool same_pixels(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && a.type() == b.type() && cv::norm(a, b, cv::NORM_INF) == 0;
}

}  // namespace calib::testing
