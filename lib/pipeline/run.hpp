#pragma once
// All stages from one call, each skipped when its inputs and options have not changed.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

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
  CropOptions
      crop;  ///< used when a layout or rois are given; else the inputs are a dataset already
  DetectOptions detect;
  IntrinsicsOptions intrinsics;
  ExtrinsicsOptions extrinsics;
  RectifyOptions rectify;
  ReportOptions report;
  bool no_report = false;  ///< leave out the last stage
  std::string from;        ///< the first stage that runs again even if nothing changed; empty: none
  RunOptions();
};

/// All of them, in the sections of a configuration file; the first is its top level.
std::vector<ConfigSection> describe(RunOptions& options);

/// Whether the inputs are composite pictures that are cut first.
bool has_crop(const RunOptions& options);

/// crop, detect, intrinsics, extrinsics, rectify, report.
std::vector<std::string> stage_names();

struct StageReport {
  std::string name;
  bool skipped = false;  ///< what it would write is there already
  double seconds = 0;
  std::string summary;  ///< one line
};

struct RunResult {
  std::vector<StageReport> stages;
  Observations observations;
  Calibration calibration;
  Evaluation evaluation;
  bool rectified = false;  ///< rectified/ holds what belongs to this calibration
  bool reported = false;   ///< and report.html
  std::vector<std::string>
      notes;  ///< what the user should know: broken files, skipped pairs, the doctor's advice
};

/// Writes OUT/<camera>/..., dataset.yaml (when cropped), observations.yaml, intrinsics.yaml,
/// calibration.yaml, rectified/..., rectified/rectification.yaml and report.html. `on_stage` is
/// told of each stage as it ends. A stage that fails leaves the results of those before it; a
/// report that cannot be made is a note. One camera alone ends with its intrinsics as
/// calibration.yaml, and the report.
RunResult run(const std::vector<std::string>& inputs, const RunOptions& options,
              const std::filesystem::path& output, const Context& context,
              const std::function<void(const StageReport&)>& on_stage);

}  // namespace calib
