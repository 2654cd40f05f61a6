#pragma once
// Boards that look the same after a half turn, or from both sides: numbers the corners of all views
// so that the cameras of a rig agree on where the board is.

#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/board_numberings.hpp"
#include "solve/camera_graph.hpp"

namespace calib {

/// The observations with the corners of each view relabeled. In frames in which the board is near
/// the pose that the calibration has for them, which are those that it was solved from, the
/// reprojection errors at this pose decide. In all others, such as those of a new recording, the
/// cameras of the calibration do: they agree on where the board is. Views of cameras without a
/// pose, and boards without ambiguity, are not changed. Of a board with equal faces, the result has
/// the board of the calibration. With several boards, keeps the corners on boards whose pose is
/// known. Throws Error if the two are of different boards.
Observations with_resolved_ambiguity(const Observations& observations,
                                     const Calibration& calibration);

/// The numbering with which the pose of a view agrees best with the expected one.
const BoardNumbering& nearest_numbering(const Pose& T_cam_board, const Pose& expected,
                                        const std::vector<BoardNumbering>& numberings);

/// Numbers the corners of the views of each frame so that all agree with the first view of the
/// frame, or with another one if the others agree clearly better with it. Returns the number of
/// views whose corners have got other numbers.
int number_alike(const std::vector<std::optional<Pose>>& T_cam_rig, Observations& observations,
                 std::vector<ViewWithPose>& views);

/// The corners with the ids that `map` gives them, sorted by id.
std::vector<Corner> relabeled(const std::vector<Corner>& corners, const Relabeling& map);

}  // namespace calib
