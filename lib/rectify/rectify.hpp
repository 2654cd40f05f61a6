#pragma once
// Rectification: rotates cameras into a common frame, so that a point lies on the same row (or
// column) in the images of neighboring cameras. Works for every camera model, because it only uses
// project() and unproject().

#include <string>
#include <utility>
#include <vector>

#include "rectify/pixel_maps.hpp"
#include "rectify/rectified_set.hpp"
#include "rectify/view_rules.hpp"
#include "scene/calibration.hpp"

namespace calib {

/// Camera centers nearer than this have no baseline and cannot be rectified.
inline constexpr double kSameCenter_m = 1e-4;

/// A set and the maps of its cameras, in the same order.
struct Rectification {
  RectifiedSet set;
  std::vector<PixelMaps> maps;
};

/// Rectifies two or more cameras, in the order of `names`. The common frame is the mean of their
/// orientations, rotated by the least angle that aligns the baselines of neighbors with the rows
/// (or with the columns, if they are closer to those). For two cameras this is Bouguet's
/// rectification, as in cv::stereoRectify with CALIB_ZERO_DISPARITY. For a grid, which has
/// baselines in both directions, the frame is the one nearest to all baselines (orthogonal
/// Procrustes). With three or more cameras the rows cannot all align exactly; departure_px is the
/// remaining error of each pair. If the rectified axis is outside an image or near its border,
/// where OpenCV's rule would zoom in on a black image, scale and principal point are fitted to the
/// visible area instead.
///
/// The result does not depend on `jobs` (0: all cores). Throws UndeterminedError, with the cameras
/// and the reason, if a camera has no intrinsics or no pose, centers coincide, no valid area is
/// common to all (because the cameras look in different directions or along a baseline), a camera
/// is not a neighbor of any other, or latlon is requested for a grid. Throws Error for an unknown
/// name.
Rectification rectify_set(const Calibration& calibration, const std::vector<std::string>& names,
                          const ViewRules& rules, int jobs = 0);

/// Removes the distortion of a single camera without rotating it. Unless `rules.fov_rad` is given,
/// the image has `rules.size` or the size of the source, and alpha works as in
/// cv::getOptimalNewCameraMatrix (fx and fy may differ). Throws UndeterminedError if the camera has
/// no intrinsics.
Rectification undistort_camera(const Camera& camera, const ViewRules& rules, int jobs = 0);

/// The pairs of neighboring cameras, in the order of the calibration: pairs whose optical axes
/// differ by less than 110 degrees, if there is no third camera with such an axis that is nearer to
/// both than they are to each other (the relative neighborhood graph). In a 2x2 rig these are the
/// four sides. A third camera counts as nearer only by more than 1 % of its distance to the nearer
/// of the two, so that near ties keep all pairs. Ignores cameras without intrinsics or pose.
std::vector<std::pair<std::string, std::string>> adjacent_pairs(const Calibration& calibration);

}  // namespace calib
