#pragma once
// Saddle points of the image: points where four sectors meet that are alternately dark and bright.

#include <array>

#include "corner/response.hpp"

namespace calib {

/// Two lines cross at a saddle. On a circle around it, in the direction from x to y (clockwise on
/// the screen), the image becomes brighter at both ends of the rising line and darker at both ends
/// of the falling line.
struct Saddle {
  float x = 0, y = 0;               ///< pixels
  std::array<float, 2> dx{}, dy{};  ///< unit vectors along the rising line and the falling line
  float amplitude = 0;              ///< half the contrast, in units of ResponseMap::smooth
  float response = 0;               ///< of ResponseMap::response
};

inline constexpr float kStepsPerGray = 16;

/// The conditions on a ring of samples around a saddle.
struct RingRules {
  float least_amplitude = 7 * kStepsPerGray;
  float straightness = 0.55f;   ///< the largest deviation of a line's two ends from pi, radians
  float weakest_sector = 0.4f;  ///< the smallest amplitude of a sector divided by that of the ring
};

/// Moves (x, y) by one Newton step to the saddle point of the smoothed image. Returns false if
/// there is no saddle point nearby.
bool step_to_saddle(const ResponseMap& map, float& x, float& y);

/// Samples a ring around (x, y) and returns whether it crosses exactly two lines, as the ring
/// around a saddle does. The position of `saddle` is the intersection of the chords between the
/// crossings. Its response is not set.
bool check_ring(const ResponseMap& map, float x, float y, float radius, const RingRules& rules,
                Saddle& saddle);

}  // namespace calib
