#include "pipeline/report_stage.hpp"

#include "io/artifacts.hpp"
#include "pipeline/inputs_hash.hpp"
#include "pipeline/report_previews.hpp"
#include "report/html_report.hpp"

namespace calib {

std::vector<Option> describe(ReportOptions& o) {
  std::vector<Option> options = describe(o.evaluate);
  options.push_back(Option::number("preview_frames", o.preview_frames,
                                   "rectified frames to show of each pair of neighbors")
                        .at_least(0)
                        .at_most(100));
  return options;
}

ReportPage report_stage(const Observations& observations, const Calibration& calibration,
                        const Dataset* dataset, const ReportOptions& options,
                        const Context& context) {
  Located located = locate(observations, calibration);
  const Evaluation evaluation = measure(located, options.evaluate, context);
  judge(located.observations, evaluation, located.calibration);
  PreviewPictures previews;
  if (dataset) {
    previews = preview_pictures(located.calibration, located.observations, *dataset,
                                options.preview_frames, context);
  }
  return {html_report({located.observations, located.calibration, evaluation, previews,
                       report_hash(observations, calibration, dataset, options)}),
          previews.broken};
}

std::string report_hash(const Observations& observations, const Calibration& calibration,
                        const Dataset* dataset, ReportOptions options) {
  std::string texts = dataset ? "with images" : "without images";
  for (const auto& [key, value] : to_pairs(describe(options))) texts += " " + key + "=" + value;
  return combined_hash({"report", to_yaml(observations), to_yaml(calibration), texts});
}

}  // namespace calib
