#pragma once
// The tilts, distances and rolls of the board in the views of each camera.

#include <array>
#include <string>
#include <vector>

#include "evaluate/view_pose.hpp"

namespace calib {

struct PoseDiversity {
  std::string name;
  int views = 0;
  /// Numbers of views by the angle between the board's normal and the line of sight: below 15,
  /// below 30, below 45 degrees, and above.
  std::array<int, 4> tilts{};
  /// Numbers of views that are tilted by at least 15 degrees, by the side of the image to which the
  /// printed side leans: left, right, top, bottom.
  std::array<int, 4> leans{};
  std::array<int, 4> rolls{};    ///< numbers of views by the nearest quarter turn in the image
  double near_m = 0, far_m = 0;  ///< smallest and largest distance of the board's center
  double median_tilt_deg = 0;
  double fill_at_near = 0;  ///< the board's longer side at near_m over the image width
};

/// By index of Observations::cameras, from the board pose of each single view.
std::vector<PoseDiversity> pose_diversity(const Observations& observations, const Rays& rays,
                                          const ViewPoses& poses);

}  // namespace calib
