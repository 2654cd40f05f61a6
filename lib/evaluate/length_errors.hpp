#pragma once
// Compares lengths between triangulated corners with the true lengths on the board. No board pose
// is fitted that could hide an error of the rig's scale or shape.

#include <optional>
#include <string>
#include <vector>

#include "evaluate/observed_rays.hpp"

namespace calib {

/// The scatter of fewer frames does not give a standard deviation.
inline constexpr int kLeastScaleFrames = 5;

/// Measured minus true lengths on the board.
struct LengthErrors {
  std::size_t points = 0;   ///< triangulated corners
  std::size_t lengths = 0;  ///< lengths between neighboring corners
  double mean_mm = 0;       ///< signed mean error of these lengths
  double rms_mm = 0;
  double p95_mm = 0;       ///< 95th percentile of their absolute errors
  int frames = 0;          ///< frames with long lengths: the longest row, column and diagonals seen
  double long_rms_mm = 0;  ///< RMS error of the long lengths
  double scale_percent = 0;  ///< long lengths over their true values minus 1, mean over the frames
  /// Standard deviation of this mean, from the scatter of kLeastScaleFrames or more.
  std::optional<double> scale_std_percent = std::nullopt;
};

struct PairLengths {
  std::string first, second;
  LengthErrors errors;
};

struct RigLengthErrors {
  LengthErrors rig;                ///< each corner triangulated from all cameras that see it
  std::vector<PairLengths> pairs;  ///< pairs with common corners
};

/// Uses all corners that are not rejected, of cameras with a pose. In rigs with many cameras, each
/// pair uses at most most_pair_frames() evenly spaced frames. Uses at most `jobs` threads (0: all
/// cores).
RigLengthErrors length_errors(const Rays& rays, int jobs);

/// A ray in the frame of the rig.
struct PlacedRay {
  Eigen::Vector3d center, direction;  ///< camera center (meters), unit direction
  double focal_px = 0;
};
/// The point with the smallest sum of squared pixel errors, by reweighted linear least squares. The
/// error of a ray is the distance of the point from it, over the distance from the camera, times
/// the focal length. Returns nullopt if the rays are parallel to within 5 mrad or the point is
/// behind a camera.
std::optional<Eigen::Vector3d> triangulate(const std::vector<PlacedRay>& rays);

}  // namespace calib
