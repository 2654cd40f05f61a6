#pragma once
// Is this calibration good, and why?

#include <optional>
#include <string>
#include <vector>

#include "evaluate/coverage.hpp"
#include "evaluate/heldout_metrics.hpp"
#include "evaluate/length_errors.hpp"
#include "evaluate/moved_cameras.hpp"
#include "evaluate/pose_diversity.hpp"
#include "evaluate/regions.hpp"
#include "evaluate/row_errors.hpp"
#include "evaluate/sync_offset.hpp"
#include "evaluate/views.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Everything that is measured of a calibration against observations, once.
struct Evaluation {
  ErrorStatistics reprojection_px;                   ///< over all used corners of the rig
  std::vector<ErrorStatistics> camera_reprojection;  ///< by index of Observations::cameras
  std::vector<PairRowErrors> pairs;
  std::vector<CameraCoverage> coverage;
  std::vector<ViewError> views;        ///< of posed cameras
  std::vector<CameraRegions> regions;  ///< by index of Observations::cameras, as the next two
  std::vector<PoseDiversity> pose_diversity;
  std::vector<SyncOffset>
      streams;  ///< by index, also of lenses without poses; empty for one camera
  std::vector<CameraMotion> motions;  ///< by index; empty for a calibration without poses
  RigLengthErrors metric;
  std::optional<HeldOutMetrics> heldout;  ///< absent: not measured
  std::vector<std::string> next_shots;    ///< advice, the cameras in order
};
/// About 0.5 ms a view of 88 corners, most of it unprojection. Throws Error when the calibration
/// lacks a camera. On at most `jobs` threads (0: all cores).
Evaluation evaluate(const Observations& observations, const Calibration& calibration, int jobs = 0);

/// What the evaluation says about the calibration, as findings. A value that is not good is a
/// warning up to the second of its limits, and beyond that an error:
///   predicted relative standard deviation of the focal length: 0.1 %, 1 %
///   predicted standard deviation of a camera's center: 0.2 %, 2 % of the nearest camera's distance
///   row error of a pair, mean: 0.3 px, 1 px
///   coverage: 60 %, 30 % of the picture
///   views of a camera: 15, 6 (where they are known)
///   share of views rejected: 10 %, 30 %
///   scale of triangulated lengths of a pair: 0.5 %, 2 % (where beyond 3 standard deviations)
///   usual reprojection error of a camera, its median as an RMS: 1 px, 2 px
///   systematic error over the picture: 0.2 px, 0.6 px (where it is twice what chance explains)
/// A stream out of step (of a camera with a pose), a camera that moved, and a camera none of whose
/// views can be used are errors.
std::vector<Finding> evaluation_findings(const Observations& observations,
                                         const Evaluation& evaluation,
                                         const Calibration& calibration);

/// Replaces the findings of an earlier evaluation in `calibration` by these, keeps those of the
/// solve, and sets verdict and quality. The verdict follows from the findings alone.
void judge(const Observations& observations, const Evaluation& evaluation,
           Calibration& calibration);

}  // namespace calib
