#pragma once
// A camera whose own views do not determine its lens, found from boards whose places the other
// cameras know.

#include <optional>
#include <string>
#include <vector>

#include "geometry/pose.hpp"
#include "scene/observations.hpp"

namespace calib {

/// A board that the rig has located, as the camera saw it.
struct LocatedBoardView {
  Pose T_rig_board;
  const std::vector<Corner>* corners = nullptr;
};

struct ResectedCamera {
  Intrinsics intrinsics;
  Pose T_cam_rig;
};

/// First values, to be adjusted with the rest of the rig: of a sweep of focal lengths the one with
/// which the camera stands in one place for all views and sees the boards where they are. One view
/// of a board that is not parallel to the sensor is enough. Nothing when no view can be explained.
std::optional<ResectedCamera> resect_camera(const std::string& model, const Board& board,
                                            ImageSize size,
                                            const std::vector<LocatedBoardView>& views);

}  // namespace calib
