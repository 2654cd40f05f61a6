#pragma once
// Measured distances between boards as observations of the solve, beside the sizes of the boards.

#include <vector>

#include "scene/finding.hpp"
#include "solve/bundle.hpp"

namespace calib {

/// Compares the measured distances of the board with an adjusted bundle without them, whose board
/// parameters are all free. Those that agree go to Bundle::distances, with sigmas in proportion to
/// those of the corners, whose scale is that of their residuals. Returns a finding for each of the
/// others.
std::vector<Finding> take_distances(Bundle& bundle, int jobs);

/// A note for each distance that is used, with its length in the adjusted bundle.
std::vector<Finding> distance_findings(const Bundle& bundle);

}  // namespace calib
