#pragma once
// Runs all stages, and skips each whose inputs and options have not changed.

#include <functional>
#include <string>
#include <vector>

#include "base/folder_lock.hpp"
#include "image/crop.hpp"
#include "io/config.hpp"
#include "pipeline/board_options.hpp"
#include "pipeline/detect_stage.hpp"
#include "pipeline/rectify_stage.hpp"
#include "pipeline/report_stage.hpp"
#include "pipeline/solve_stages.hpp"

namespace calib {

struct RunOptions {
  BoardOptions board;
  CropOptions crop;  ///< used when it has a layout or rois; else each input is of one camera
  bool write_crops = false;  ///< write the pictures of each camera, as `calib crop` does
  TimeOptions times;
  DetectOptions detect;
  IntrinsicsOptions intrinsics;
  ExtrinsicsOptions extrinsics;
  /// "auto", or the most frames that the cameras are solved from; 0: all.
  std::string max_frames = "auto";
  RectifyOptions rectify;
  ReportOptions report;
  bool no_report = false;  ///< leave out the last stage
  std::string from;        ///< the first stage that runs again even if nothing changed; empty: none
  RunOptions();
};

/// All options, in the sections of a configuration file; the first is its top level.
std::vector<ConfigSection> describe(RunOptions& options);

/// crop, detect, choose, intrinsics, extrinsics, rectify, report.
std::vector<std::string> stage_names();

struct StageReport {
  std::string name;
  bool skipped = false;  ///< its result was there already, and current
  double seconds = 0;
  std::string summary;  ///< one line
};

struct RunResult {
  std::vector<StageReport> stages;
  Observations observations;
  Calibration calibration;
  Evaluation evaluation;   ///< its held-out metrics are there if this run has made the report
  bool rectified = false;  ///< rectified/ belongs to this calibration
  bool reported = false;   ///< report.html belongs to this calibration
  /// Notes for the user: broken files, skipped pairs, advice about the board.
  std::vector<std::string> notes;
};

/// Writes OUT/<camera>/... and dataset.yaml (if crops are written), observations.yaml, chosen.yaml
/// (if frames are chosen), intrinsics.yaml, calibration.yaml, rectified/...,
/// rectified/rectification.yaml and report.html. Calls `on_stage` for each stage as it ends. A
/// stage that fails leaves the results of the stages before it; a report that cannot be made is a
/// note. The calibration.yaml of a single camera holds its intrinsics.
RunResult run(const std::vector<std::string>& inputs, const RunOptions& options,
              const FolderLock& output, const Context& context,
              const std::function<void(const StageReport&)>& on_stage);

}  // namespace calib
