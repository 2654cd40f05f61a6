#pragma once
// THE LIST of detectors. A line in detector_list.cpp makes one known to --detector, its help and
// the tests.

#include <string>
#include <vector>

#include "target/detection.hpp"

namespace calib {

struct Detector {
  std::string name;  ///< the value of --detector
  std::string help;  ///< one sentence
  DetectFunction detect;
};

const std::vector<Detector>& detectors();
std::vector<std::string> detector_names();
/// Throws Error with the nearest name when there is none of that name.
const Detector& find_detector(const std::string& name);

}  // namespace calib
