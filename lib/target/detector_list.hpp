#pragma once
// THE LIST of detectors: those of chessboards, which --detector names, and one for each other
// board. A line in detector_list.cpp makes one known to the help and the tests.

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
/// The one of that name for a chessboard; for other boards the only one there is.
DetectFunction detector_of(const Board& board, const std::string& name);

}  // namespace calib
