#pragma once
// A bundle that only moves a board: where is it, if the cameras are where they are?

#include "solve/bundle.hpp"

namespace calib {

/// The board and the cameras of `rig` without views, with one board at T_rig_board, whose pose is
/// all that is free.
inline Bundle fixed_cameras(const Bundle& rig, const Pose& T_rig_board) {
  Bundle fixed;
  fixed.board = rig.board;
  fixed.cameras = rig.cameras;
  for (BundleCamera& camera : fixed.cameras) {
    camera.free = FreeIntrinsics::kNone;
    camera.pose_free = false;
  }
  fixed.board_poses = {T_rig_board};
  return fixed;
}

}  // namespace calib
