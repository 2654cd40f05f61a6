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

/// A pixel rectangle; x, y of the top-left pixel.
struct PixelRect {
  int x = 0, y = 0, width = 0, height = 0;
  bool operator==(const PixelRect&) const = default;
};

/// What both hold; width and height 0: nothing.
PixelRect common_part(const PixelRect& a, const PixelRect& b);

struct RectifiedCamera {
  std::string name;
  Eigen::Matrix3d R_rect_cam = Eigen::Matrix3d::Identity();  ///< OpenCV's R1, R2
  /// OpenCV's P1, P2: rectified coordinates of the set's first camera to rectified pixels. Its left
  /// 3x3 is (f 0 cx, 0 f cy, 0 0 1) for any projection; latlon's f is in pixels a radian.
  Eigen::Matrix<double, 3, 4> P = Eigen::Matrix<double, 3, 4>::Zero();
  PixelRect valid;   ///< the largest rectangle of pixels that all come from inside the source image
  double scale = 0;  ///< rectified pixels per source pixel in the middle of what is valid
  double roll_deg = 0;  ///< how far the picture was rolled there; 0: upright as in the source
};

/// |row differences| (column differences) of the corners that both cameras of a pair saw, in
/// rectified pixels.
struct AlignmentErrors {
  std::size_t corners = 0;
  double mean_px = 0, p95_px = 0, max_px = 0;
};

struct RectifiedPair {
  std::string first, second;
  bool vertical = false;  ///< rows of both align (false) or columns (true)
  double baseline_m = 0;  ///< distance of the camera centers
  /// OpenCV's Q: (column, row, disparity, 1) to homogeneous points in the pair's first rectified
  /// camera. Only the pinhole has one.
  std::optional<Eigen::Matrix4d> Q = std::nullopt;
  /// In a set of three and more: the largest row (column) difference that the common frame leaves
  /// at RectifiedSet::distance_m.
  std::optional<double> departure_px = std::nullopt;
  std::optional<AlignmentErrors> errors = std::nullopt;  ///< absent: no corners to measure with
  /// Of the preview's disparities, mean over its frames: DisparityPicture::matched_share.
  std::optional<double> matched_share = std::nullopt;
};

/// Cameras turned into one common frame and given one focal length, center and size: two (a pair),
/// more (a grid or a row of cameras), or one alone (an undistorted camera, no pairs).
struct RectifiedSet {
  RectifiedProjection projection = RectifiedProjection::kPinhole;
  ImageSize image_size;
  std::vector<RectifiedCamera> cameras;
  std::vector<RectifiedPair> pairs;  ///< the neighbors whose rows or columns align
  PixelRect valid;                   ///< what is valid in all; width 0: nothing
  /// How far things are: as asked, or as the calibration's boards were (median), or ten baselines;
  /// 0: a single camera.
  double distance_m = 0;
};

/// "cam0_cam1": the cameras' names, joined; of many "cam0_to_cam9". Names a folder.
std::string set_name(const RectifiedSet& set);
std::vector<std::string> camera_names(const RectifiedSet& set);
/// The camera of that name, which must be there.
const RectifiedCamera& camera_of(const RectifiedSet& set, const std::string& name);
/// The plane that a camera of the set is drawn on. Latlon's poles lie along the baselines.
ViewPlane view_plane(const RectifiedSet& set);

/// Where an observed source pixel lies in the rectified image; nothing when its ray does not meet
/// it.
std::optional<Eigen::Vector2d> rectified_pixel(const Projector& source,
                                               const RectifiedCamera& camera,
                                               const ViewPlane& plane,
                                               const Eigen::Vector2d& pixel);

}  // namespace calib
