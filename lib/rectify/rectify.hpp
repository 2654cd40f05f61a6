#pragma once
// Cameras onto common planes, so that a point lies on the same row (or column) in neighboring
// pictures. Geometry through project() and unproject(), so that every camera model works.

#include <string>
#include <utility>
#include <vector>

#include "rectify/pixel_maps.hpp"
#include "rectify/rectified_set.hpp"
#include "rectify/view_rules.hpp"
#include "scene/calibration.hpp"

namespace calib {

/// Camera centers nearer than this coincide: there is no baseline to rectify.
inline constexpr double kSameCenter_m = 1e-4;

/// A set and its cameras' maps, in the same order.
struct Rectification {
  RectifiedSet set;
  std::vector<PixelMaps> maps;
};

/// Two cameras or more. All turn into one common frame: the mean of their orientations, turned by
/// the least angle that lays the baselines of neighbors along the rows (or columns, when they are
/// longer that way). For two cameras this is Bouguet's rectification, as in cv::stereoRectify with
/// CALIB_ZERO_DISPARITY. In a grid, whose neighbors stand both ways, the frame is the one nearest
/// to all baselines (orthogonal Procrustes); with three cameras and more their rows cannot all be
/// exact, and each pair's departure_px says by how much. The order of the cameras is kept. Where
/// the rectified axis lies outside or at the edge of an image (OpenCV's rule then zooms to a black
/// picture), scale and principal point are fitted to the visible area instead.
/// The result does not depend on `jobs` (0: all cores). Throws UndeterminedError when a camera
/// lacks intrinsics or pose, centers coincide, the cameras look in such different directions or so
/// much along a baseline that no common valid area is left, a camera is no neighbor of any other,
/// or latlon is asked for a grid; the message names the cameras and why. Throws Error for a name
/// that is no camera.
Rectification rectify_set(const Calibration& calibration, const std::vector<std::string>& names,
                          const ViewRules& rules, int jobs = 0);

/// A single camera without distortion, not turned. Unless the angles are given, at the source's
/// image size or `rules.size`, with alpha as in cv::getOptimalNewCameraMatrix (fx and fy may
/// differ). Throws UndeterminedError when the camera lacks intrinsics.
Rectification undistort_camera(const Camera& camera, const ViewRules& rules, int jobs = 0);

/// The pairs that stand next to each other: those whose optical axes differ by less than 110
/// degrees and with no third camera, which looks that way too, nearer to both than they are to each
/// other (the relative neighborhood graph). In a 2x2 rig: its four sides. Near ties keep both
/// pairs: a third camera counts as nearer when it is so by more than 1 % of its distance to the
/// nearer of the two. Cameras without intrinsics or pose take no part. In the order of the
/// calibration's cameras.
std::vector<std::pair<std::string, std::string>> adjacent_pairs(const Calibration& calibration);

}  // namespace calib
