#pragma once
// Are lengths right? Corners triangulated from the cameras, measured against the board: no board
// pose is fitted, so nothing hides an error of the rig's scale or shape.

#include <string>
#include <vector>

#include "evaluate/observed_rays.hpp"

namespace calib {

/// Measured minus true lengths on the board.
struct LengthErrors {
  std::size_t points = 0;   ///< triangulated corners
  std::size_t lengths = 0;  ///< between neighboring corners
  double mean_mm = 0;       ///< of the neighbors, signed
  double rms_mm = 0;
  double p95_mm = 0;  ///< of their magnitude
  int frames = 0;     ///< with long lengths: the longest row, column and diagonals seen
  double long_rms_mm = 0;
  double scale_percent = 0;      ///< long lengths over the truth, less one; mean over frames
  double scale_std_percent = 0;  ///< of that mean, from the scatter of the frames
};

struct PairLengths {
  std::string first, second;
  LengthErrors errors;
};

struct RigLengthErrors {
  LengthErrors rig;  ///< every corner from all posed cameras that saw it; empty for a single camera
  std::vector<PairLengths> pairs;  ///< those with common corners
};

/// From all corners that are not rejected, of cameras with a pose; pairs of rigs with many cameras
/// (from 64 with 81 frames, 16 with 834) from an even choice of their frames. On at most `jobs`
/// threads (0: all cores).
RigLengthErrors length_errors(const Rays& rays, int jobs);

/// The point with the least squared pixel errors to rays (c, r) given in one frame: the distances
/// to the rays over the distance from the camera, times its focal length, by reweighted linear
/// least squares. Nothing when the rays are within 5 mrad of parallel, or the point is behind a
/// camera.
struct PlacedRay {
  Eigen::Vector3d center, direction;  ///< unit direction
  double focal_px = 0;
};
std::optional<Eigen::Vector3d> triangulate(const std::vector<PlacedRay>& rays);

}  // namespace calib
