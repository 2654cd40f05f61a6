#pragma once
// Refines the corners of a dark quadrilateral on bright ground, such as a tag. They are not saddle
// points: a corner of a blurred square is round. Therefore a blurred step is fitted to all four
// edges together, away from the corners, and the corners are where the edges meet:
//
//   I(p) = (1 + gx u + gy v) (a + b erf(d / (sqrt2 s)))
//
// d is the signed distance of the pixel from its edge, positive outside; s is the blur, which two
// opposite edges share (motion blurs the other two differently), and (gx, gy) is a gradient of the
// illumination. The lens bends an edge to the parabola c0 + c1 t + c2 (1 - t^2) beside its chord,
// with t from -1 to 1; the radius of its curvature is hardly below half the picture's diagonal,
// which is a prior of c2.

#include <Eigen/Core>
#include <array>
#include <optional>

#include "corner/gray_view.hpp"

namespace calib {

struct QuadCorner {
  Eigen::Vector2d pixel;
  double sigma_px = 0;  ///< standard deviation of x and of y, from the fit's covariance
};

/// How far from an edge nothing else is printed, as shares of the quadrilateral's side.
struct QuadMargins {
  double inside = 0, outside = 0;
};

/// `start` are the corners to about two pixels, in either order around the quadrilateral. Returns
/// nullopt if it is too small, too near to the border of the picture, not dark on bright ground, or
/// if the model does not explain the pixels.
std::optional<std::array<QuadCorner, 4>> refine_quad(const GrayView& picture,
                                                     const std::array<Eigen::Vector2d, 4>& start,
                                                     const QuadMargins& margins);

}  // namespace calib
