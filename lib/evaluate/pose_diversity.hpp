#pragma once
// How tilted, how far and how rolled was the board before each camera?

#include <array>
#include <string>
#include <vector>

#include "evaluate/view_pose.hpp"

namespace calib {

struct PoseDiversity {
  std::string name;
  int views = 0;
  /// Views by the angle between the board's normal and the line of sight: below 15, 30, 45 degrees,
  /// and above.
  std::array<int, 4> tilts{};
  /// Views tilted by 15 degrees or more toward each side: the board's normal leans to the
  /// picture's left, right, top, bottom.
  std::array<int, 4> leans{};
  std::array<int, 4> rolls{};    ///< views by the nearest quarter turn about the line of sight
  double near_m = 0, far_m = 0;  ///< least and largest distance of the board's middle
  double median_tilt_deg = 0;
  double fill_at_near = 0;  ///< the board's longer side over the picture's width at near_m
};

/// By index of Observations::cameras, from the pose that each view gives by itself.
std::vector<PoseDiversity> pose_diversity(const Observations& observations, const Rays& rays,
                                          const ViewPoses& poses);

}  // namespace calib
