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

/// Fills verdict, reasons and quality of `calibration`. Graded good, usable or poor by the worst
/// of: predicted relative uncertainty of the focal length (0.1 %, 1 %) and of the camera centers
/// (0.2 %, 2 % of the nearest neighbor's distance), row error (mean 0.3, 1 px), coverage (60 %, 30
/// % of the picture), views a camera (15, 6, where they are known), share of views rejected (10 %,
/// 30 %), scale of triangulated lengths in each pair (0.5 %, 2 %, where it is beyond 3 of its
/// standard deviations), usual reprojection error of a camera (its median as an RMS; 1, 2 px),
/// systematic error over the picture (0.2, 0.6 px, where it is twice what chance explains). A late
/// stream (of a camera with a pose) or a moved camera is poor. Each metric that is not good gives a
/// reason with what to do, the gravest first; when all are good the reasons say what was checked.
/// The quality metrics that are known come in a fixed order.
void judge(const Observations& observations, const Evaluation& evaluation,
           Calibration& calibration);

}  // namespace calib
