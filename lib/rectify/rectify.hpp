#pragma once
// Two views onto a common plane, so that a point lies on the same row (or column, for a vertical
// pair) in both. Geometry through project() and unproject(), so that every camera model works.

#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/option.hpp"
#include "scene/calibration.hpp"

namespace calib {

struct RectifyOptions {
  std::vector<std::string> pair;  // "cam0,cam1" each; empty: every adjacent pair
  double alpha = 0;               // 0: only valid pixels, 1: all source pixels
  std::string maps = "npy";
  std::string format = "png";
  bool preview = false;
  int preview_frames = 5;  // a pair, spread evenly; 0: all
};
std::vector<Option> describe(RectifyOptions& options);

/// Camera centres nearer than this coincide: there is no baseline to rectify.
inline constexpr double kSameCentre_m = 1e-6;

/// A pixel rectangle; x, y of the top-left pixel.
struct PixelRect {
  int x = 0, y = 0, width = 0, height = 0;
  bool operator==(const PixelRect&) const = default;
};

/// One side of a rectified pair.
struct RectifiedCamera {
  std::string name;
  Eigen::Matrix3d R_rect_cam;  ///< OpenCV's R1, R2
  Eigen::Matrix<double, 3, 4>
      P;            ///< OpenCV's P1, P2: rectified camera-1 coordinates to rectified pixels
  PixelRect valid;  ///< the largest rectangle of pixels that all come from inside the source image
};

struct RectifiedPair {
  RectifiedCamera first, second;
  bool vertical = false;  ///< rows of both align (false) or columns (true)
  ImageSize image_size;   ///< of both rectified images
  double baseline_m = 0;  ///< distance of the camera centres
  Eigen::Matrix4d
      Q;  ///< OpenCV's Q: (column, row, disparity, 1) to homogeneous points in rectified camera 1
};

/// Bouguet's rectification as in cv::stereoRectify with CALIB_ZERO_DISPARITY: each camera turns by
/// half of their relative rotation, then both so that the baseline lies along the rows (or columns,
/// when it is longer that way). The order of the cameras is kept. alpha as in OpenCV, 0 to 1; rays
/// more than 80 degrees from the rectified axis count as not seen, so that wide lenses end in a
/// usable scale. Where the rectified axis lies outside or at the edge of an image (OpenCV's rule
/// then zooms to a black picture), scale and principal point are fitted to the visible area
/// instead. Images of different sizes: the rectified ones have the larger width and the larger
/// height. Throws UndeterminedError when a camera lacks intrinsics or pose, the centres coincide,
/// the cameras look in such different directions or so much along the baseline that no common valid
/// area is left; the message names the pair and why. Throws Error for a name that is no camera.
RectifiedPair rectify_pair(const Calibration& calibration, const std::string& first,
                           const std::string& second, double alpha);

/// For each rectified pixel the source pixel, CV_32FC1 x and y, as cv::remap and
/// cv::initUndistortRectifyMap have them; (-1, -1) where the lens does not see the ray. The result
/// does not depend on `jobs` (0: all cores).
struct PixelMaps {
  cv::Mat x, y;
};
PixelMaps rectify_maps(const Intrinsics& intrinsics, const RectifiedCamera& camera, ImageSize size,
                       int jobs = 0);

/// A single camera without distortion, at the source's image size: K with alpha as in
/// cv::getOptimalNewCameraMatrix. Throws UndeterminedError when the camera lacks intrinsics.
RectifiedCamera undistorted_camera(const Camera& camera, double alpha);

/// cv::remap, linear, black outside; any depth and number of channels.
cv::Mat remap_image(const cv::Mat& source, const PixelMaps& maps);

/// Where an observed source pixel lies in the rectified image; nothing when its ray does not meet
/// it.
std::optional<Eigen::Vector2d> rectified_pixel(const Projector& source,
                                               const RectifiedCamera& camera,
                                               const Eigen::Vector2d& pixel);

/// Both images side by side (above each other for a vertical pair) with lines every 32 pixels
/// across both, 8-bit BGR. Other depths are scaled so that the brightest value becomes white.
cv::Mat draw_pair_preview(const cv::Mat& first, const cv::Mat& second, bool vertical);

/// The pairs that stand next to each other: those with no third camera nearer to both than they are
/// to each other (the relative neighbourhood graph), whose optical axes differ by less than 90
/// degrees. In a 2x2 rig: its four sides. Near ties keep both pairs: a third camera counts as
/// nearer when it is so by more than 1 % of its distance to the nearer of the two. Cameras without
/// intrinsics or pose take no part. In the order of the calibration's cameras.
std::vector<std::pair<std::string, std::string>> adjacent_pairs(const Calibration& calibration);

}  // namespace calib
