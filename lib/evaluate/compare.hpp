#pragma once
// Compares two calibrations of one rig: differences of projection, camera centers and rotations.

#include <optional>
#include <string>
#include <vector>

#include "evaluate/residuals.hpp"
#include "scene/calibration.hpp"

namespace calib {

struct CameraDifference {
  std::string name;
  ErrorStatistics projection_px;  ///< over a 40x30 grid of pixels, after the implied rotation
  double unseen = 0;              ///< fraction of the grid pixels with a ray in only one lens
  bool posed = false;             ///< whether center_m and rotation_rad are known
  double center_m = 0;            ///< distance of the camera centers
  double rotation_rad = 0;        ///< angle between the rotations of T_cam_rig
  // The same in units of the predicted standard deviations of both calibrations together. Absent if
  // they are not known; those of the poses also if the reference cameras differ.
  std::optional<ErrorStatistics> projection_sigmas;
  std::optional<double> center_sigmas;    ///< of the axis with the largest difference
  std::optional<double> rotation_sigmas;  ///< the same for the rotation
  std::optional<double> worst_sigmas;     ///< the largest of the intrinsics and the pose
};

/// Compares camera by camera, with both rigs expressed in the frame of `truth`'s reference camera.
/// A small rotation of the camera that its principal point compensates is not an error of
/// projection: the rays of `truth` (at infinity) are first rotated by the implied rotation, with
/// which they agree best with `estimate` (least squares over the whole grid). Cameras that only one
/// calibration has are left out. Throws Error if no camera with intrinsics is in both, or if the
/// image sizes of a camera differ.
std::vector<CameraDifference> compare(const Calibration& estimate, const Calibration& truth);

/// The next three functions list, one line each, what the differences do not cover. This one: the
/// cameras, or lenses of cameras, that only one of the two calibrations has, with the name of its
/// file.
std::vector<std::string> cameras_of_one(const Calibration& estimate, const Calibration& truth,
                                        const std::string& estimate_file,
                                        const std::string& truth_file);
/// Cameras with pixels that have a ray in only one of the lenses:
std::vector<std::string> lenses_seen_apart(const std::vector<CameraDifference>& differences);
/// Cameras that do not have a pose in both calibrations:
std::vector<std::string> poses_unknown(const std::vector<CameraDifference>& differences);

}  // namespace calib
