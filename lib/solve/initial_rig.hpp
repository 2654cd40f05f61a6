#pragma once
// The first step of solving a rig: which cameras can be solved, where they stand, and where each
// view saw the board. Everything here comes from single views and the graph of cameras that see the
// board together; nothing is adjusted yet.

#include <optional>
#include <vector>

#include "camera/intrinsics.hpp"
#include "scene/calibration.hpp"
#include "scene/finding.hpp"
#include "scene/observations.hpp"
#include "solve/camera_graph.hpp"
#include "solve/options.hpp"

namespace calib {

struct InitialRig {
  /// On boards whose places are known, and with the corner numbers on which the cameras agree.
  Observations observations = {};
  std::vector<std::optional<Projector>> lenses = {};  ///< by camera; absent: not determined yet
  std::vector<LocatedView> views = {};
  std::vector<std::optional<Pose>> T_cam_rig = {};  ///< by camera; absent: not connected to the rig
  int reference = 0;                                ///< the camera that is the rig's frame
  std::vector<Rejected> rejected = {};              ///< views that cannot be located
  std::vector<Finding> findings = {};
};

/// Throws UndeterminedError if the cameras, or several boards, fall into groups that nothing
/// connects; with options.allow_partial the largest group is kept instead. Throws Error if
/// options.reference is not a camera of the observations.
InitialRig find_initial_rig(const Observations& observations, const Calibration& lenses,
                            const ExtrinsicsOptions& options, int jobs);

}  // namespace calib
