#include "pipeline/report_stage.hpp"

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

ReportPage report_stage(const Artifact<Observations>& observations,
                        const Artifact<Calibration>& calibration, const Dataset* dataset,
                        const ReportOptions& options, const Context& context,
                        const Evaluation* solved) {
  Located located = locate(observations.value, calibration.value);
  Evaluation evaluation = measure(located, options.evaluate, context, solved);
  judge(located.observations, evaluation, located.calibration);
  PreviewPictures previews;
  if (dataset) {
    previews = preview_pictures(located.calibration, located.observations, *dataset,
                                options.preview_frames, context);
  }
  std::string html = html_report({located.observations, located.calibration, evaluation, previews,
                                  report_hash(observations, calibration, dataset, options)});
  return {std::move(html), std::move(previews.broken), std::move(evaluation)};
}

std::string report_hash(const Artifact<Observations>& observations,
                        const Artifact<Calibration>& calibration, const Dataset* dataset,
                        ReportOptions options) {
  std::string texts = dataset ? "with images" : "without images";
  for (const auto& [key, value] : to_pairs(describe(options))) texts += " " + key + "=" + value;
  return combined_hash({"report", observations.hash, calibration.hash, texts});
}

}  // namespace calib
