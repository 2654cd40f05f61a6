#pragma once
// How far a pixel can be trusted: the uncertainty of projection over the picture.
//
// A point fixed in the scene, as the boards define it, is projected by the calibration; how would
// its pixel scatter if the boards were filmed again with other noise? Intrinsics and poses alone do
// not tell: a turn of the camera against all boards is undone by its principal point. So the point
// moves with the mean motion of the boards (the implied rotation and shift), and their poses are
// profiled out. (The definition of mrcal's documentation, "Projection uncertainty", by the mean of
// the frames.)

#include <string>
#include <vector>

#include "solve/covariance.hpp"

namespace calib {

inline constexpr int kUncertaintyColumns = 12, kUncertaintyRows = 9;

/// Standard deviations in pixels, in the direction in which they are largest, for a grid of pixels
/// over the whole picture, row by row; NaN where the lens has no ray.
struct ProjectionUncertainty {
  std::string camera;
  double distance_m = 0;            ///< of the points of `near_px` from the camera
  std::vector<double> near_px;      ///< at the median distance of the boards that the camera saw
  std::vector<double> infinity_px;  ///< of points infinitely far away
};

/// Of every camera that has free intrinsics or a free pose, and views.
std::vector<ProjectionUncertainty> projection_uncertainty(const Bundle& bundle,
                                                          const Covariance& covariance);

/// The pixel at the centre of a cell of the grid.
Eigen::Vector2d uncertainty_pixel(ImageSize size, int column, int row);

}  // namespace calib
