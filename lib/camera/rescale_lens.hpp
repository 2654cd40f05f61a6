#pragma once
// The lens of a camera whose pictures are cut, resized, turned or mirrored before use: exactly the
// old projection followed by the map of the pixels. Pixel centers are at whole numbers, so that a
// picture of width w reaches from -0.5 to w - 0.5.

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <array>
#include <string>
#include <vector>

#include "camera/intrinsics.hpp"

namespace calib {

/// What is done to the pictures, in this order: cut, resized, turned clockwise, mirrored left to
/// right.
struct PictureChange {
  int x = 0, y = 0;  ///< of the part that is cut out; may be negative, which adds a border
  ImageSize cut;     ///< of this part
  double scale_x = 1, scale_y = 1;
  ImageSize resized;      ///< of the part when resized
  int quarter_turns = 0;  ///< clockwise, 0 to 3
  bool mirrored = false;

  /// Nothing is done to pictures of this size.
  static PictureChange none(ImageSize size);
  ImageSize new_size() const;
};

/// Where a pixel of the old picture is in the new one.
Eigen::Vector2d new_pixel(const PictureChange& change, const Eigen::Vector2d& pixel);

struct RescaledLens {
  Intrinsics intrinsics;
  /// The standard deviations of its parameters; empty if those of the old lens were.
  std::vector<double> std;
  /// The axes of the new camera: p_new = R_new_old p_old, a turn about the optical axis and, if the
  /// pictures are mirrored, then x to -x (determinant -1).
  Eigen::Matrix3d R_new_old;
};

/// The new lens: new_pixel(change, project(lens, p)) = project(result, R_new_old p) for every point
/// p, without any error but that of rounding. For a tilted sensor (opencv14) the camera is not
/// turned by exactly a quarter turn. Throws Error for a splined lens that is turned by 90 degrees,
/// whose grid has no counterpart.
RescaledLens rescale_lens(const Intrinsics& lens, const std::vector<double>& std,
                          const PictureChange& change);

}  // namespace calib
