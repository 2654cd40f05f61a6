#pragma once
// Checks whether the joint solve of a rig agrees with the lens that each camera's own views give. A
// fault between the cameras, such as frame numbers that do not match, distorts lenses in a joint
// solve although each camera's own views determine its lens well (Hausman, "Specification tests in
// econometrics", 1978: an efficient estimate against a consistent one).

#include <vector>

#include "scene/finding.hpp"
#include "solve/bundle.hpp"

namespace calib {

/// A finding for each camera whose focal length the joint solve moved by more than 5 standard
/// deviations of `own`, its own solve, if its own views speak against it: with board poses of their
/// own they fit clearly worse through the joint lens and board shape than through the own ones.
std::vector<Finding> lens_disagreements(const Bundle& joint, const Calibration& own, int jobs);

}  // namespace calib
