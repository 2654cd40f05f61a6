#pragma once
// The bundle of a rig at its initial values.

#include "solve/bundle.hpp"
#include "solve/held_cameras.hpp"
#include "solve/initial_rig.hpp"
#include "solve/options.hpp"

namespace calib {

/// The bundle of all cameras that have an initial pose. The initial board pose of a frame is the
/// robust average over its views.
Bundle make_bundle(const InitialRig& rig, const Calibration& calibration, const HeldCameras& held,
                   const ExtrinsicsOptions& options);

/// Rejects views that cannot be projected at the initial poses, for example because the average
/// pose of the frame is behind the camera: the bundle adjustment could not start with them.
void reject_impossible_views(Bundle& bundle, InitialRig& rig, int jobs);

}  // namespace calib
