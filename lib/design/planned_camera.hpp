#pragma once
// A camera as it is described before it is bought or mounted: its lens by the data of the maker,
// its position, and the point at which it looks.

#include <string>
#include <vector>

#include "base/option.hpp"
#include "scene/calibration.hpp"

namespace calib {

struct PlannedCamera {
  std::string name;
  std::string size;  ///< of its pictures, "1920x1080"
  std::string model = "opencv5";
  double fov_deg = 0;                      ///< horizontal; 0: by the focal length
  double focal_px = 0;                     ///< 0: not given
  double focal_mm = 0, pixel_um = 0;       ///< of the lens and of the sensor; 0: not given
  std::vector<std::string> distortion;     ///< empty: typical of the model
  std::vector<std::string> place = {};     ///< three lengths in the room: "0", "1.2m", "-30cm"
  std::vector<std::string> looks_at = {};  ///< the same
  double roll_deg = 0;                     ///< turns the camera about its axis
};
std::vector<Option> describe(PlannedCamera& camera);

/// The lens and the pose in the room (T_world_cam) of one camera. The z axis of the room points up:
/// rows of the picture are horizontal. Throws Error, which says what is missing or given twice.
Intrinsics planned_lens(const PlannedCamera& camera);
Pose planned_pose(const PlannedCamera& camera);

/// The rig, whose frame is that of the first camera and whose world is the room. Throws Error if
/// there are fewer than two cameras, or two of one name.
Calibration planned_rig(const std::vector<PlannedCamera>& cameras);

}  // namespace calib
