#pragma once
// A saddle point of the picture: four sectors, alternately dark and bright, meet there.

#include <array>

#include "corner/response.hpp"

namespace calib {

/// Two lines cross at a saddle. Walking around it with rising angle (x toward y, clockwise on the
/// screen), the picture gets brighter at the two ends of the rising line and darker at the two ends
/// of the falling line.
struct Saddle {
  float x = 0, y = 0;
  std::array<float, 2> dx{}, dy{};  ///< unit vectors along the rising line and the falling line
  float amplitude = 0;              ///< half the contrast, in steps of ResponseMap::smooth
  float response = 0;
};

inline constexpr float kStepsPerGray = 16;

/// What a ring of samples around a saddle must show.
struct RingRules {
  float least_amplitude = 7 * kStepsPerGray;
  float straightness = 0.55f;   ///< by how much two ends of a line may differ from a half turn, rad
  float weakest_sector = 0.4f;  ///< the weakest sector's amplitude as a share of the whole
};

/// One Newton step to the saddle point of the smoothed picture near (x, y). False when there is
/// none near.
bool step_to_saddle(const ResponseMap& map, float& x, float& y);

/// Samples a ring around (x, y): whether it crosses exactly two lines, as it does around a saddle.
/// The saddle's position is where the chords between the crossings intersect.
bool check_ring(const ResponseMap& map, float x, float y, float radius, const RingRules& rules,
                Saddle& saddle);

}  // namespace calib
