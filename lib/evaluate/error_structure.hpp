#pragma once
// Statistics of the residuals that reveal faults without a model of the fault.

#include <cstdint>
#include <string>
#include <vector>

#include "evaluate/camera_changes.hpp"
#include "evaluate/rejected_runs.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// The correlation of the errors of neighboring corners within the views of one camera, each with a
/// board pose of its own, so that it depends on the lens and the board alone. It is 0 for
/// independent errors, or slightly negative, because the board pose is fitted to them.
struct NeighborCorrelation {
  std::string name;
  double correlation = 0;
  double sigmas = 0;  ///< over its standard error, by the scatter between views
};

/// How much better the views of a camera fit if each has a board pose of its own, instead of the
/// one that all cameras of a frame have in common.
struct PoseDisagreement {
  std::string name;
  double ratio = 1;  ///< variance that the free poses explain, over that of the rest; 1: by chance
  double px = 0;     ///< RMS of what they explain
  int views = 0;     ///< with another camera's view of the same board
  /// The one camera without which this one and all others agree. It then has the largest ratio and
  /// px of all, because they are due to it.
  std::string because_of = {};
};

struct ErrorStructure {
  std::vector<NeighborCorrelation> neighbors;   ///< by camera
  std::vector<PoseDisagreement> disagreements;  ///< by camera; empty if no camera has a pose
  std::vector<CameraChange> changes;            ///< the strongest first
  std::vector<RejectedRun> rejected_runs;
  double correlated_frames = 1;  ///< over how many consecutive frames the errors are correlated
};

/// Of the rig, or of each lens by itself if no camera has a pose.
ErrorStructure error_structure(const Observations& observations, const Calibration& calibration,
                               int jobs);

}  // namespace calib
