#pragma once
// How far a pixel can be trusted: the uncertainty of projection over the picture.
//
// A point fixed in the scene, as the boards define it, is projected by the calibration; how would
// its pixel scatter if the boards were filmed again with other noise? Intrinsics and poses alone do
// not tell: a turn of the camera against all boards is undone by its principal point. So the point
// moves with the mean motion of the boards (the implied rotation and shift), and their poses are
// profiled out. (The definition of mrcal's documentation, "Projection uncertainty", by the mean of
// the frames.)

#include <optional>
#include <vector>

#include "solve/covariance.hpp"

namespace calib {

/// Of every camera of the bundle, at the median distance of the boards that it saw; nothing for a
/// camera without views.
std::vector<std::optional<ProjectionUncertainty>> projection_uncertainty(
    const Bundle& bundle, const Covariance& covariance);

}  // namespace calib
