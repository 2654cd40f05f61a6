#pragma once
// Cameras whose pictures are mirrored against those of the others. One camera's views of a plain
// board look the same in a mirror, but its board poses then move the wrong way: they agree with
// those of another camera once they are mirrored back.

#include <string>
#include <vector>

#include "scene/observations.hpp"
#include "solve/camera_graph.hpp"

namespace calib {

/// The two groups into which mirrored pictures divide the cameras, the smaller group first; within
/// a group the pictures agree. Empty if no pair of cameras indicates it: their relative poses must
/// agree in most common frames after the mirroring, and in few before. `views`, `edges` and
/// `symmetries` are those of camera_edges().
std::vector<std::vector<int>> mirrored_groups(const Observations& observations,
                                              const std::vector<ViewWithPose>& views,
                                              const std::vector<CameraEdge>& edges,
                                              const std::vector<Pose>& symmetries, int jobs);

/// Throws Error, which names the cameras, if mirrored_groups() finds some.
void require_not_mirrored(const Observations& observations, const std::vector<ViewWithPose>& views,
                          const std::vector<CameraEdge>& edges, const std::vector<Pose>& symmetries,
                          int jobs);

}  // namespace calib
