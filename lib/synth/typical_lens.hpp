#pragma once
// Lenses from what their makers state: the model, the size of the picture and the angle of view.

#include <string>
#include <vector>

#include "camera/intrinsics.hpp"
#include "scene/board.hpp"

namespace calib {

/// The first example of the model with nonzero distortion; empty for a pinhole.
std::vector<double> typical_distortion(const std::string& model);

/// Throws Error for an angle of view (degrees) beyond which the model does not describe real
/// lenses: polynomials in the tangent of the angle end at 120 degrees.
void require_angle(const std::string& model, double fov_deg);

/// The focal length in pixels with which the angle between the rays at both ends of the middle row
/// is `fov_deg` (apart from asymmetric distortion). `unit` is the lens with a focal length of 1.
/// Throws Error if it cannot see this angle.
double focal_length(const Intrinsics& unit, double fov_deg);

/// The distance at which the longer side of the board, with half a square at each end, takes 80 %
/// of the shorter side of the image. For 11x8 corners in a 16:9 image, this is 41 % of the width.
double working_distance(const Projector& projector, const Board& board);

}  // namespace calib
