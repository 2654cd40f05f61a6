#pragma once
// Names what has changed of a camera during a recording, once a check suspects it: the rig is
// solved again with the camera as two, one before the change and one after it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evaluate/camera_changes.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// A camera that may have changed, suddenly at a frame, or evenly, half of it by that frame.
struct SuspectedChange {
  std::string camera;
  std::int64_t frame = 0;
  std::optional<std::int64_t> until = {};  ///< the frame from which on it is as before, if any is
  bool gradual = false;
  bool zoom = false;     ///< a single number, the focal length, explained it best
  bool visible = false;  ///< it is too large for its views to be used, or for an eye to miss
};

/// The changes that explain the errors, the one that explains most first. Of all suspects the one
/// whose rig fits best has changed; the others are only told if they explain errors that it leaves.
/// The difference between the two lenses and poses of the camera, with its covariance, then says
/// what has changed: the focal length, the principal point, the lens, or the pose, each by what it
/// leaves of the difference and by its number of parameters. Empty if no rig can be solved so.
/// Solves the rig a few times, with at most 80 frames and 12 cameras.
std::vector<CameraChange> explained_changes(const Observations& observations,
                                            const Calibration& calibration,
                                            const std::vector<SuspectedChange>& suspects, int jobs);

}  // namespace calib
