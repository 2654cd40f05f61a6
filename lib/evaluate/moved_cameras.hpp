#pragma once
// Detects cameras that moved during the recording.

#include <string>
#include <vector>

#include "evaluate/view_pose.hpp"
#include "scene/calibration.hpp"

namespace calib {

struct CameraMotion {
  std::string name;
  int views = 0;  ///< views with a board pose from the other cameras; 0: not known
  bool moved = false;
  std::int64_t frame = 0;   ///< the first frame after the most likely motion
  double angle_rad = 0;     ///< size of the motion as a rotation; a translation is counted as one
  double shift_px = 0;      ///< the angle in pixels
  double scatter_px = 0;    ///< standard deviation of single views on either side, per axis
  double significance = 0;  ///< the motion over its standard deviation
  /// In a rig of two cameras the other one, since only their relative pose is known.
  std::string or_camera = {};
};

/// By index of Observations::cameras. Uses at most `jobs` threads (0: all cores).
///
/// Each view of a camera, rejected or not, is compared with the board pose from the other cameras'
/// views of the same frame (at most 16, at their calibrated poses). The difference is expressed as
/// a small rotation of the camera. The series of these rotations is split where the sum of the
/// absolute deviations from the medians of both sides is smallest. The camera has moved if the
/// medians differ by more than 7 standard deviations (from the scatter of the views, increased if
/// neighboring views are correlated), by more than 0.2 px, and by more than the scatter of a single
/// view; if the step is sudden (more than twice the difference between five views and the next five
/// anywhere else); and if every other camera with enough views on both sides confirms it by itself.
/// If several cameras moved, the one with the largest step is removed from the board poses of the
/// others, and these are tested again, since its motion affects all of them.
std::vector<CameraMotion> moved_cameras(const Rays& rays, const ViewPoses& poses,
                                        const Calibration& calibration, int jobs);

}  // namespace calib
