#pragma once
// A panel with a board on each face: a board of two parts, the front and the back. Where both carry
// the same print, no picture tells which face it shows: detectors number what they see as the
// front, and the solve of the rig decides (solve/two_faces.hpp).

#include "scene/board.hpp"
#include "scene/observations.hpp"

namespace calib {

/// How the back stands behind the front. By default the panel is turned over left to right, as one
/// turns a page.
struct BackPlacement {
  double thickness_m = 0;
  double turn_rad = 0;  ///< clockwise, as seen by a camera that looks at the back
};

/// T_front_back, if the middles of both prints lie behind each other.
Pose back_pose(const Board& front, const Board& back, const BackPlacement& placement);

/// The board of two parts. The frame of the front is that of the board.
Board two_faced(const Board& front, const Board& back, const Pose& T_front_back);

/// Whether the board has two parts that look in opposite directions.
bool is_panel(const Board& board);

/// Whether the board has two parts that carry the same print.
bool has_equal_faces(const Board& board);

/// The board as one picture shows it: of equal faces only the front, without a pose.
Board board_in_pictures(const Board& board);

/// The observations of a board with equal faces as those of its front alone: a corner of the back
/// gets the number that it has on the front. Others stay as they are.
Observations as_front(Observations observations);

}  // namespace calib
