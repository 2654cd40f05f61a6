#pragma once
// Evaluates a calibration against observations and judges it: good, usable or poor, and why.

#include <optional>
#include <string>
#include <vector>

#include "evaluate/coverage.hpp"
#include "evaluate/error_structure.hpp"
#include "evaluate/file_faults.hpp"
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

/// All metrics of a calibration with observations. Vectors by camera have the indices of
/// Observations::cameras.
struct Evaluation {
  ErrorStatistics reprojection_px;                   ///< over all inlier corners of the rig
  std::vector<ErrorStatistics> camera_reprojection;  ///< by camera, pixels
  std::vector<PairRowErrors> pairs;
  std::vector<CameraCoverage> coverage;
  std::vector<ViewError> views;               ///< of cameras with a pose
  std::vector<CameraRegions> regions;         ///< by camera
  std::vector<PoseDiversity> pose_diversity;  ///< by camera
  std::vector<SyncOffset> streams;    ///< by camera, also without poses; empty for one camera
  std::vector<CameraMotion> motions;  ///< by camera; empty unless two cameras have a pose
  RigLengthErrors lengths;
  ErrorStructure structure;
  std::vector<FileFault> file_faults;
  std::optional<HeldOutMetrics> heldout;  ///< absent: not measured
  std::vector<std::string> next_shots;    ///< what to film next
};
/// Takes about 0.5 ms per view of 88 corners, mostly for unprojection. Throws Error if the
/// calibration lacks an observed camera. Uses at most `jobs` threads (0: all cores).
Evaluation evaluate(const Observations& observations, const Calibration& calibration, int jobs = 0);

/// Replaces the findings of an earlier evaluation in `calibration` by those of this one, keeps
/// those of the solve, and sets verdict and quality. The verdict follows from the findings alone. A
/// value beyond the first of its limits is a warning, beyond the second an error:
///   predicted relative standard deviation of the focal length: 0.1 %, 1 %
///   predicted standard deviation of a camera's center: 0.2 %, 2 % of the nearest camera's distance
///   row error of a pair, mean: 0.3 px, 1 px
///   coverage: 60 %, 30 % of the cells of the image
///   fraction of views rejected: 10 %, 30 %
///   scale of triangulated lengths of a pair: 0.5 %, 2 % (if beyond 3 standard deviations)
///   reprojection error of a camera, RMS estimated from the median: 1 px, 2 px
///   systematic error over the image: 0.2 px, 0.6 px (if at least twice what chance explains)
/// Fewer than 6 views of a camera (if their number is known) are a warning, and so is a fault that
/// the structure of the errors shows (error_structure.hpp); it is an error if it may make a focal
/// length or a position wrong by 1 %. A stream out of step (of a camera with a pose), a camera that
/// moved, files at fault (file_faults.hpp), and a camera with a pose none of whose views can be
/// used are errors.
void judge(const Observations& observations, const Evaluation& evaluation,
           Calibration& calibration);

/// The same for a rig that was solved without a board: adds what the standard deviations say to the
/// findings, and sets the verdict.
void judge_without_observations(Calibration& calibration);

}  // namespace calib
