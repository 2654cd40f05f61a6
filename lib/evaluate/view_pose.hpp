#pragma once
// Where the board was, from the rays of one view or of several cameras at one frame: independent
// of the poses that the calibration found, so that it can judge them.

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "evaluate/observed_rays.hpp"

namespace calib {

/// A view and the place of its camera.
struct Sighting {
  const RayView* view = nullptr;
  Pose T_cam_rig;
  double focal_px = 0;
};

/// T_rig_board with the least sum of squared ray errors over all corners that are not rejected (of
/// wholly rejected views: none), by Gauss-Newton from `start`. Nothing when it does not converge.
std::optional<Pose> refine_board_pose(const Board& board, std::span<const Sighting> sightings,
                                      const Pose& start);

/// T_cam_board of one view from all its corners, rejected or not: the homography between board and
/// rays by the direct linear transform, then refine, also from the pose mirrored about the line of
/// sight. Nothing for fewer than four corners or corners in a line.
std::optional<Pose> view_pose(const Board& board, const RayView& view, double focal_px);

/// view_pose() of every view, on at most `jobs` threads (0: all cores): by camera, then frame.
using ViewPoses = std::vector<std::map<std::int64_t, Pose>>;
ViewPoses view_poses(const Rays& rays, int jobs);

}  // namespace calib
