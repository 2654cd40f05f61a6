#pragma once
// THE LIST of detectors of chessboards, which --detector names. A line in detector_list.cpp makes
// one known to the help and the tests. Other boards have one each: see printed_boards.hpp.

#include <string>
#include <vector>

#include "base/named.hpp"
#include "target/detection.hpp"

namespace calib {

struct Detector {
  const char* name;  ///< the value of --detector
  const char* help;  ///< one sentence
  DetectFunction detect;
};

/// The first is the default.
const std::vector<Detector>& detectors();

}  // namespace calib
