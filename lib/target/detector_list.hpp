#pragma once
// THE LIST of detectors: those of chessboards, of which --detector chooses one, and one for each
// other type of board. A line in detector_list.cpp adds a detector to the help and to the tests.

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
/// Throws Error, with the most similar name, if there is no detector of this name.
const Detector& find_detector(const std::string& name);
/// The chessboard detector of this name, or, for other types of boards, their only detector.
DetectFunction detector_of(const Board& board, const std::string& name);

}  // namespace calib
