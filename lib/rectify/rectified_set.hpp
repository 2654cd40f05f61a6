#pragma once
// Rectified cameras as plain data: the content of rectification.yaml.

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "camera/intrinsics.hpp"
#include "rectify/view_plane.hpp"

namespace calib {

/// A rectangle of pixels; (x, y) is its top-left pixel.
struct PixelRect {
  int x = 0, y = 0, width = 0, height = 0;
  bool operator==(const PixelRect&) const = default;
};

/// The intersection; width and height are 0 if it is empty.
PixelRect common_part(const PixelRect& a, const PixelRect& b);

struct RectifiedCamera {
  std::string name;
  Eigen::Matrix3d R_rect_cam = Eigen::Matrix3d::Identity();  ///< OpenCV's R1, R2
  /// OpenCV's P1, P2: maps coordinates of the first rectified camera to pixels of this rectified
  /// camera. Its left 3x3 is (f 0 cx, 0 f cy, 0 0 1) in either projection; for latlon, f is in
  /// pixels per radian.
  Eigen::Matrix<double, 3, 4> P = Eigen::Matrix<double, 3, 4>::Zero();
  PixelRect valid;      ///< the largest rectangle of pixels that come from the source image
  double scale = 0;     ///< rectified pixels per source pixel in the middle of `valid`
  double roll_deg = 0;  ///< rotation of the image in the middle of `valid`
};

/// The absolute row (column) differences of the corners that both cameras of a pair observed, in
/// rectified pixels.
struct AlignmentErrors {
  std::size_t corners = 0;
  double mean_px = 0, p95_px = 0, max_px = 0;
};

struct RectifiedPair {
  std::string first, second;
  bool vertical = false;  ///< whether columns (true) or rows (false) align
  double baseline_m = 0;  ///< distance of the camera centers
  /// OpenCV's Q: maps (column, row, disparity, 1) to homogeneous points in the frame of the pair's
  /// first rectified camera. Absent for latlon.
  std::optional<Eigen::Matrix4d> Q = std::nullopt;
  /// The largest row (column) difference of points at RectifiedSet::distance_m, which the common
  /// frame of three or more cameras cannot remove. Absent for two cameras.
  std::optional<double> departure_px = std::nullopt;
  std::optional<AlignmentErrors> errors = std::nullopt;  ///< absent if there are no common corners
  /// Mean of DisparityPicture::matched_share over the frames of the preview.
  std::optional<double> matched_share = std::nullopt;
};

/// Cameras rotated into one common frame, with one focal length, principal point and image size: a
/// pair, a row or grid of more cameras, or a single undistorted camera without pairs.
struct RectifiedSet {
  RectifiedProjection projection = RectifiedProjection::kPinhole;
  ImageSize image_size;
  std::vector<RectifiedCamera> cameras;
  std::vector<RectifiedPair> pairs;  ///< the neighbors whose rows or columns align
  PixelRect valid;                   ///< valid in all cameras; width 0 if there is no such area
  /// The distance of the scene: ViewRules::distance_m, or the median distance of the boards, or ten
  /// baselines if there are no boards. 0 for a single camera.
  double distance_m = 0;
};

/// The name of the set's folder: "cam0_cam1", or "cam0_to_cam9" if that would be too long.
std::string set_name(const RectifiedSet& set);
std::vector<std::string> camera_names(const RectifiedSet& set);
/// Throws Error if there is no camera of this name.
const RectifiedCamera& camera_of(const RectifiedSet& set, const std::string& name);
/// The projection of the set's cameras. The poles of latlon are in the direction of the baselines.
ViewPlane view_plane(const RectifiedSet& set);

/// Maps a source pixel to the rectified image. Returns nullopt if its ray has no image there.
std::optional<Eigen::Vector2d> rectified_pixel(const Projector& source,
                                               const RectifiedCamera& camera,
                                               const ViewPlane& plane,
                                               const Eigen::Vector2d& pixel);

}  // namespace calib
