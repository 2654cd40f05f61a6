#pragma once
// Findings about several boards: tags that occur twice, and boards that do not stay in one place.

#include <vector>

#include "scene/calibration.hpp"
#include "scene/finding.hpp"
#include "scene/observations.hpp"

namespace calib {

std::vector<Finding> repeated_findings(const Board& board,
                                       const std::vector<RepeatedTag>& repeated);

/// A finding for each of several boards most of whose corners were rejected, or many more than of
/// the other boards. `views` are those that were solved.
std::vector<Finding> inconsistent_boards(const Observations& observations,
                                         const std::vector<Rejected>& rejected);

}  // namespace calib
