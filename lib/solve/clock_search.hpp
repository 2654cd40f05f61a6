#pragma once
// Finds roughly how the clocks of cameras differ, before any joint solve: whole frames, lost
// frames, and other frame rates, from the board poses that each camera gives with its own lens.

#include <vector>

#include "solve/camera_clocks.hpp"
#include "solve/camera_graph.hpp"

namespace calib {

/// Throws Error, with the camera and what to do, for times that cannot be right: two images of a
/// camera with one time, numbers that mostly fall with time, and a camera whose images were all
/// taken so long before or after those of the others that no search finds what they have in common.
void require_possible_times(const Observations& observations);

/// For each camera, the offset, the rate and the jumps of its clock if they clearly differ from
/// those of a synchronized camera; otherwise nullopt. It is CameraTime{} for a camera whose times
/// are right, but whose frame numbers contradict them. The search starts from the reference camera
/// and goes on to the cameras that share most frames with a camera whose clock is known. For each
/// such pair:
///  1. of all shifts by whole frames, the one is chosen with which the pose between the two cameras
///  is
///     the most constant;
///  2. each view has a time at which its board pose agrees best with the path that the other camera
///     saw: its time plus the shift, by how far the board is behind on its path, over its speed;
///  3. a line in time with steps of whole frames is fitted to these shifts.
/// `views` are those with a pose by their own lens; `symmetries` are those of board_symmetries().
/// Uses at most `jobs` threads.
CameraTimes find_clocks(const Observations& observations, const std::vector<ViewWithPose>& views,
                        const std::vector<Pose>& symmetries, int reference, int jobs);

}  // namespace calib
