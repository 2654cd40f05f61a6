#pragma once
// What to film next, the most useful first.

#include <string>
#include <vector>

#include "evaluate/coverage.hpp"
#include "evaluate/pose_diversity.hpp"

namespace calib {

/// At most one sentence a camera, for what its views lack: a region of the picture (below 85 % of
/// the cells), tilts of 15 degrees or more both left-right and up-down (five views each), a range
/// of distances (far over near of 1.4); then one for each camera that shares fewer than eight
/// frames with every neighbor: with its nearest posed camera or, without poses, the next in the
/// list. Empty: nothing is lacking.
std::vector<std::string> next_shots(const Observations& observations,
                                    const Calibration& calibration,
                                    const std::vector<CameraCoverage>& coverage,
                                    const std::vector<PoseDiversity>& pose_diversity);

}  // namespace calib
