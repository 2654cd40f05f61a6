#pragma once
// Pictures without the board: what a finder meets in laboratories, streets and files.

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
