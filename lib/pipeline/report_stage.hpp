#pragma once
// The report stage: a calibration measured, and shown as one HTML page.

#include <string>
#include <vector>

#include "base/option.hpp"
#include "image/dataset.hpp"
#include "pipeline/context.hpp"
#include "pipeline/evaluate_stage.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

struct ReportOptions {
  EvaluateOptions evaluate;
  int preview_frames = 1;  // of each pair
};
std::vector<Option> describe(ReportOptions& options);

struct ReportPage {
  std::string html;
  std::vector<std::string> broken;  ///< images that are missing or broken, as the page tells them
};

/// The page: what evaluate_stage() measures and, with images, rectified pictures of neighboring
/// cameras. Throws Error when calibration
/// and observations do not fit.
ReportPage report_stage(const Observations& observations, const Calibration& calibration,
                        const Dataset* dataset, const ReportOptions& options,
                        const Context& context);

/// What the page says it was made from: both artifacts (which name the images that they were made
/// from), whether images were given, and the options.
std::string report_hash(const Observations& observations, const Calibration& calibration,
                        const Dataset* dataset, ReportOptions options);

}  // namespace calib
