#pragma once
// THE LIST of detectors of chessboards, of which --detector chooses one. A line in
// detector_list.cpp adds a detector to the help and to the tests. Every other type of board has one
// detector: see printed_boards.hpp.

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
