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
#include "evaluate/same_pictures.hpp"
#include "evaluate/sync_offset.hpp"
#include "evaluate/unrelated_frames.hpp"
#include "evaluate/views.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// A value that the verdict judged by its limits.
struct Check {
  FindingCode code = {};                  ///< what is found if the value is not good
  std::vector<std::string> cameras = {};  ///< one, or the two of a pair
  double value = 0;
  double good = 0;                      ///< the limit of good values
  std::optional<double> usable = {};    ///< of usable ones; absent: there is none
  std::string unit;                     ///< of all three: "px", "%", or empty
  bool at_least = false;                ///< good values are above the limit
  Severity severity = Severity::kNote;  ///< kNote: the check is passed
  /// Why the severity differs from that of the limits, or why there is no finding of `code`.
  std::string note = {};
};

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
  std::vector<SamePictures> same_pictures;
  std::optional<UnrelatedFrames>
      unrelated;  ///< absent: frames with the same number have the same moment
  std::optional<HeldOutMetrics> heldout;  ///< absent: not measured
  std::vector<std::string> next_shots;    ///< what to film next
  std::vector<Check> checks;              ///< those of judge()
};
/// Takes about 0.5 ms per view of 88 corners, mostly for unprojection. Throws Error if the
/// calibration lacks an observed camera. Uses at most `jobs` threads (0: all cores).
Evaluation evaluate(const Observations& observations, const Calibration& calibration, int jobs = 0);

/// Replaces the findings of an earlier evaluation in `calibration` by those of this one, keeps
/// those of the solve, and sets verdict and quality. The verdict follows from the findings alone. A
/// value beyond the first of its limits is a warning, beyond the second an error; docs/trust.md
/// explains them. Returns each check with its limits: one for each camera or pair of which the
/// value is known, also where another fault explains it. Where frames with the same number are of
/// other moments (unrelated_frames.hpp), this finding comes first, and findings that follow from it
/// are removed. A fault that the structure of the errors shows (error_structure.hpp) is a warning;
/// it is an error if it may make a focal length or a position wrong by 1 %. A camera that moved,
/// files at fault (file_faults.hpp), and a camera with a pose none of whose views can be used are
/// errors.
std::vector<Check> judge(const Observations& observations, const Evaluation& evaluation,
                         Calibration& calibration);

/// The same for a rig that was solved without a board: adds what the standard deviations say to the
/// findings, and sets the verdict.
void judge_without_observations(Calibration& calibration);

/// The finding about pictures with the same number that were not taken at the same time.
Finding unrelated_finding(const UnrelatedFrames& unrelated);

}  // namespace calib
