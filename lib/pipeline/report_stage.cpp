#include "pipeline/report_stage.hpp"

#include "pipeline/inputs_hash.hpp"
#include "pipeline/pair_by_clocks.hpp"
#include "pipeline/report_previews.hpp"
#include "report/html_report.hpp"
#include "solve/camera_clocks.hpp"

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
  evaluation.checks = judge(located.observations, evaluation, located.calibration);
  PreviewPictures previews;
  if (dataset) {
    Dataset paired = *dataset;  // as the frames of `located` are
    pair_by_clocks(located.calibration,
                   observations.value.frame_rate_hz.value_or(kAssumedFrameRate), paired);
    previews = preview_pictures(located.calibration, located.observations, paired,
                                options.preview_frames, context);
  }
  std::string html =
      html_report({located.observations, located.calibration, evaluation, previews,
                   report_hash(observations, calibration, dataset, options), &observations.value});
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
