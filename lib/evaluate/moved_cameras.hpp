#pragma once
// Was a camera bumped while it was filmed?

#include <string>
#include <vector>

#include "evaluate/view_pose.hpp"
#include "scene/calibration.hpp"

namespace calib {

struct CameraMotion {
  std::string name;
  int views = 0;  ///< judged: those with a board pose from the other cameras; 0: cannot tell
  bool moved = false;
  std::int64_t frame = 0;  ///< the first one after the most likely motion
  double angle_rad = 0;  ///< as if it had turned by so much; a shift of the camera counts as a turn
  double shift_px = 0;   ///< the angle in pixels
  double scatter_px = 0;    ///< of single views within each side, per axis
  double significance = 0;  ///< the step over its standard deviation
  std::string or_camera =
      "";  ///< with two cameras, the other one: only their relative pose is known
};

/// By index of Observations::cameras. On at most `jobs` threads (0: all cores).
///
/// Each view of a camera, rejected or not, is compared with the board pose that the other cameras'
/// views of that frame give (16 of them at most, all at their calibrated poses), as the small
/// rotation of the camera that explains the difference. In the series of these rotations the split
/// is sought that leaves the least absolute deviation from the medians of both sides. The camera
/// moved when the medians differ by 7 standard deviations (by the scatter of the views, widened
/// when neighboring views are alike), by 0.2 px, and by more than a single view scatters; when the
/// step is sudden (twice what five views and the next five differ by anywhere else); and when every
/// other camera that saw enough of both sides confirms it by itself. Of several such cameras the
/// one with the largest step is taken and left out of the others' board poses, and the rest are
/// judged again, since its motion shows in all.
std::vector<CameraMotion> moved_cameras(const Rays& rays, const ViewPoses& poses,
                                        const Calibration& calibration, int jobs);

}  // namespace calib
