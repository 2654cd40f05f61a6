#pragma once
// The plan of a recording before it is filmed: how many boards, where, and how much tilted; and the
// boards that are drawn from it.

#include <Eigen/Geometry>
#include <optional>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Boards are drawn from a fixed seed: the same plan gives the same boards.
struct BoardPlan {
  int shots = 40;
  double distance_m = 0;         ///< the usual distance of a board from the cameras
  double near_m = 0, far_m = 0;  ///< the range of distances
  double max_tilt = 0;           ///< radians
  std::optional<Eigen::AlignedBox3d> box = std::nullopt;  ///< of the boards' centers, in the room
  int seed = 1;
};

/// T_world_rig of the calibration, or the identity if it has no world.
Pose room_of(const Calibration& rig);

/// The point where the cameras look: that nearest to all their axes, in the room. Returns nullopt
/// if the axes are so nearly parallel that they do not meet, or meet behind a camera.
std::optional<Eigen::Vector3d> where_cameras_look(const Calibration& rig);

/// The usual distance of a board: that of the box or of where the cameras look, otherwise that at
/// which the board fills most of the picture.
double usual_distance(const Calibration& rig, const Board& board,
                      const std::optional<Eigen::AlignedBox3d>& box);

/// The rig with the boards of the plan in `frames`. Boards are shown in turn to each largest group
/// of cameras that can see one together, as BoardPlacer places them. Throws UndeterminedError if
/// there is no place for a board.
Calibration draw_boards(const Calibration& rig, const Board& board, const BoardPlan& plan);

}  // namespace calib
