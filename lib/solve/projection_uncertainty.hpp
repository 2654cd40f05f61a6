#pragma once
// The uncertainty of projection over the image: the scatter of the projected pixel of a fixed point
// of the scene if the calibration were repeated with other noise.
//
// The covariance of the intrinsics and the poses alone does not give it, because a rotation of the
// camera relative to all boards is nearly compensated by its principal point. The scene is
// therefore the frame of the boards: the point moves with their mean motion (the implied rotation
// and translation), and the board poses are marginalized. This is the definition of mrcal's
// documentation
// ("Projection uncertainty"), with the mean over the frames.

#include <optional>
#include <vector>

#include "solve/covariance.hpp"

namespace calib {

/// For every camera of the bundle: the uncertainty at the median distance of the boards that it
/// saw, and at infinity (pixels), the largest of the covariances. nullopt for a camera without
/// views.
std::vector<std::optional<ProjectionUncertainty>> projection_uncertainty(
    const Bundle& bundle, const std::vector<Covariance>& covariances);

}  // namespace calib
