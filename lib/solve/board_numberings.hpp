#pragma once
// The ways in which the numbers that a detector gave to the corners of a view can be meant: boards
// may look the same after a half turn, and may carry the same print on both faces.

#include <vector>

#include "geometry/pose.hpp"
#include "scene/board_symmetry.hpp"

namespace calib {

/// new id = map[id]. A view with the pose T_cam_board by the old numbers has the pose T_cam_board *
/// T_old_new by the new ones.
struct BoardNumbering {
  Relabeling map;
  Pose T_old_new;
};

/// The identity first. For single boards one for each of ambiguous_relabelings(). For boards with
/// equal faces, whose pose to each other is known, these of the front and then those of the back;
/// the old numbers are those of the front.
std::vector<BoardNumbering> board_numberings(const Board& board);

/// All M for which T_cam_board of one camera * M * T_cam_board^-1 of another can be the pose
/// between the two, each once: for boards with one face the T_old_new of their numberings.
std::vector<Pose> relative_motions(const Board& board);

/// The angle between two poses of the board, plus the distance of its middles in diagonals of the
/// board.
double pose_difference(const Board& board, const Pose& a, const Pose& b);

}  // namespace calib
