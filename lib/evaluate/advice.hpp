#pragma once
// Advice on what to film next.

#include <string>
#include <vector>

#include "evaluate/coverage.hpp"
#include "evaluate/pose_diversity.hpp"

namespace calib {

/// Returns at most one sentence per camera, in the order of the cameras, about what its views lack:
/// a region of the image (if they cover less than 85 % of the cells), tilts of 15 degrees or more
/// (five views left-right and five up-down), and a range of distances (largest over smallest
/// of 1.4). Then one sentence for each camera that shares fewer than eight frames with every other
/// camera, with the nearest camera (without poses: the next one) to film the board together. Empty
/// if nothing is lacking.
std::vector<std::string> next_shots(const Observations& observations,
                                    const Calibration& calibration,
                                    const std::vector<CameraCoverage>& coverage,
                                    const std::vector<PoseDiversity>& pose_diversity);

}  // namespace calib
