#pragma once
// The initial values of a rig: the cameras that can be solved, their poses, and the board pose in
// each view. They come from single views and from the graph of cameras that see the board in the
// same frames, before any bundle adjustment.

#include <optional>
#include <vector>

#include "camera/intrinsics.hpp"
#include "scene/calibration.hpp"
#include "scene/finding.hpp"
#include "scene/observations.hpp"
#include "solve/camera_clocks.hpp"
#include "solve/camera_graph.hpp"
#include "solve/options.hpp"

namespace calib {

struct InitialRig {
  /// Without the corners on boards whose poses are not known, with corner ids on which all cameras
  /// agree, and with the frames of assign_frames().
  Observations observations = {};
  CameraTimes times = {};          ///< by camera, as far as they are known before the joint solve
  bool is_paired_by_time = false;  ///< the numbers of frames on file contradict their times
  std::vector<std::optional<Projector>> lenses = {};  ///< by camera; nullopt: not determined yet
  std::vector<ViewWithPose> views = {};
  std::vector<std::optional<Pose>> T_cam_rig =
      {};                               ///< by camera; nullopt: not connected to the rig
  int reference = 0;                    ///< the camera whose frame is the rig frame
  std::vector<Rejected> rejected = {};  ///< views without a board pose
  std::vector<Finding> findings = {};
};

/// Throws UndeterminedError if the cameras, or several boards, fall into groups that are not
/// connected; with options.allow_partial it keeps the largest group instead. Throws Error if
/// options.reference is not a camera of the observations, or if pictures are mirrored
/// (mirrored_cameras.hpp). Uses at most `jobs` threads (0: all
/// cores).
InitialRig find_initial_rig(const Observations& observations, const Calibration& lenses,
                            const ExtrinsicsOptions& options, int jobs);

}  // namespace calib
