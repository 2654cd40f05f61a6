#pragma once
// The poses of cameras whose lenses are known, from points that were measured in the room: the
// maximum-likelihood poses and points (bundle adjustment with control points; Triggs and others,
// "Bundle adjustment: a modern synthesis", 1999), with a covariance from the noise of the pixels,
// the errors of the measured positions and those of the lenses.

#include <string>
#include <vector>

#include "measure/align.hpp"
#include "scene/calibration.hpp"

namespace calib {

/// How one camera sees the points.
struct LocatedCamera {
  std::string name;
  int pixels = 0, left_out = 0;
  double rms_px = 0;  ///< of the pixels that were used
};

/// How far a point lies from where it was measured, if its measurement has a standard deviation.
struct PointResidual {
  std::string name;
  Eigen::Vector3d error_m;  ///< measured minus fitted
  int pixels = 0;           ///< that were used, in all cameras
  double rms_px = 0;
};

struct LocatedRig {
  /// The lenses as they were given, with the poses, the world, its findings and its verdict.
  Calibration calibration;
  std::vector<LocatedCamera> cameras = {};
  std::vector<PointResidual> points = {};
  double sigma_px = 0;  ///< of a pixel without a stated standard deviation
};

/// Places all cameras that have a lens and at least four of the points. The world is the frame of
/// the points, and the frame of the rig is that of `reference`, or of the first placed camera if it
/// is empty. A point without a standard deviation counts as exact. What does not fit is left out,
/// and a finding names it. Old poses of `lenses` are not used. Throws Error if no camera can be
/// placed, and for names that are not known.
LocatedRig locate_cameras(const Calibration& lenses, const AlignInputs& inputs,
                          const std::string& reference);

}  // namespace calib
