#pragma once
// Which side of the board a camera looks at.

#include "geometry/pose.hpp"

namespace calib {

/// The board's z axis points away from the printed side, so a camera sees that side when its center
/// has negative z in the board's frame.
inline bool sees_printed_side(const Pose& T_cam_board) {
  return T_cam_board.inverse().translation.z() < 0;
}

}  // namespace calib
