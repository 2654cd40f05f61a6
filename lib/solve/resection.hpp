#pragma once
// Resection with unknown intrinsics: the lens and the pose of a camera from views of boards whose
// poses are known from other cameras.

#include <optional>
#include <string>
#include <vector>

#include "geometry/pose.hpp"
#include "scene/observations.hpp"

namespace calib {

/// A view of a board whose pose is known.
struct KnownBoardView {
  Pose T_rig_board;
  const std::vector<Corner>* corners = nullptr;
};

struct ResectedCamera {
  Intrinsics intrinsics;
  Pose T_cam_rig;
};

/// Initial values for the bundle adjustment: sweeps the focal length from 0.2 to 6 image widths and
/// keeps the lens with the smallest median reprojection error, where the camera has one pose for
/// all views. One view of a board that is not parallel to the sensor suffices. Returns nullopt if
/// no lens tried has a pose for any view.
std::optional<ResectedCamera> resect_camera(const std::string& model, const Board& board,
                                            ImageSize size,
                                            const std::vector<KnownBoardView>& views);

}  // namespace calib
