#pragma once
// Cameras of a rig that keep the pose, and perhaps the lens, of an earlier calibration.

#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/bundle.hpp"
#include "solve/initial_rig.hpp"
#include "solve/options.hpp"

namespace calib {

/// By index of Observations::cameras. If no pose is held, the frame of the rig is that of the
/// reference camera.
struct HeldCameras {
  std::vector<bool> pose, lens;
  bool any() const;
};

/// The observed cameras of options.hold, which keep lens and pose. If none of them is observed, or
/// none is named but options.keep_others is set and `old` has poses of others, the reference camera
/// (the first observed one that has a pose) keeps its pose, so that the solved cameras stand where
/// they belong beside the others. Throws Error for a name in options.hold that has no pose in
/// `old`.
HeldCameras find_held_cameras(const Observations& observations, const Calibration& old,
                              const ExtrinsicsOptions& options);

/// The name of the camera that must be the reference of the initial rig.
std::string held_reference(const Observations& observations, const HeldCameras& held,
                           const std::string& asked);

/// Moves the initial poses to the frame of the old rig, where held cameras have their old poses.
/// Throws UndeterminedError if the reference camera is not held, since its views do not place it.
void move_to_old_frame(const Calibration& old, const HeldCameras& held, InitialRig& rig);

/// Warnings about held cameras whose views want them elsewhere, from the adjusted bundle.
std::vector<Finding> held_disagreements(const Bundle& bundle, const HeldCameras& held, int jobs);

/// Gives the solved calibration what it keeps of the old one: the cameras that are held or were not
/// observed, and the reference camera. If the old reference camera was solved again, the frame of
/// the rig is that of the first held camera.
void keep_old_cameras(const Observations& observations, const Calibration& old,
                      const HeldCameras& held, Calibration& solved);

}  // namespace calib
