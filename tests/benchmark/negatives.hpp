#pragma once
// Synthetic pictures without a board, which resemble scenes in which a detector must find none.

#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace calib::benchmark {

struct NegativeKind {
  std::string name;
  cv::Mat (*draw)(cv::RNG& random);  ///< 1280x720, 8-bit gray
};

const std::vector<NegativeKind>& negative_kinds();

}  // namespace calib::benchmark
