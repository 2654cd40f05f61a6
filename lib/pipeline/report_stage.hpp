#pragma once
// The report stage: measures a calibration and shows it as one HTML page.

#include <string>
#include <vector>

#include "base/option.hpp"
#include "image/dataset.hpp"
#include "io/artifacts.hpp"
#include "pipeline/context.hpp"
#include "pipeline/evaluate_stage.hpp"

namespace calib {

struct ReportOptions {
  EvaluateOptions evaluate;
  int preview_frames = 1;  // of each pair
};
std::vector<Option> describe(ReportOptions& options);

struct ReportPage {
  std::string html;
  std::vector<std::string> broken;  ///< missing or broken images, as the page lists them
  Evaluation evaluation;            ///< what the page shows
};

/// The page: what evaluate_stage() measures and, with images, rectified pictures of neighboring
/// cameras. `solved` is as in measure(). Throws Error when calibration and observations do not fit.
ReportPage report_stage(const Artifact<Observations>& observations,
                        const Artifact<Calibration>& calibration, const Dataset* dataset,
                        const ReportOptions& options, const Context& context,
                        const Evaluation* solved = nullptr);

/// The provenance of everything that the page is made from: both artifacts (whose provenance covers
/// the images), whether images were given, and the options.
std::string report_hash(const Artifact<Observations>& observations,
                        const Artifact<Calibration>& calibration, const Dataset* dataset,
                        ReportOptions options);

}  // namespace calib
