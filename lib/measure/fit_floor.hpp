#pragma once
// The floor on which boards lie: the plane nearest to their corners, and how much it depends on
// single boards.

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "geometry/pose.hpp"

namespace calib {

/// A board in the frame of the rig, in meters. Its z axis points into the floor.
struct LyingBoard {
  Pose T_rig_board;
  std::vector<Eigen::Vector3d> corners;
};

struct Floor {
  Eigen::Vector3d middle, normal;  ///< the normal points up
  double rms_m = 0;                ///< of the distances of all its corners
};

/// The distance of the corner that is furthest off the floor, positive above it.
double worst_off(const Floor& floor, const LyingBoard& board);
/// The angle between the board and the floor.
double tilt_deg(const Floor& floor, const LyingBoard& board);

struct FloorFit {
  Floor floor;
  std::vector<Floor> without = {};  ///< without each board in turn; empty if there is one board
  /// The board without which all others lie in one plane, if there is one.
  std::optional<std::size_t> odd = std::nullopt;
};

/// Needs at least one board.
FloorFit fit_floor(const std::vector<LyingBoard>& boards);

/// Which one of several does not fit, by the misfit of all and without each in turn: the one
/// without which the misfit is far smaller than without any other. Fewer than three never say it.
std::optional<std::size_t> odd_one_out(double misfit, const std::vector<double>& without);

}  // namespace calib
