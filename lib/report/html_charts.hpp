#pragma once
// The charts of the HTML report with their captions, as data for templates/report.html.mustache.
// Each function returns `false` if there is nothing to draw.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "evaluate/verdict.hpp"
#include "report/svg_bars.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

nlohmann::ordered_json coverage_data(const Observations& observations,
                                     const Evaluation& evaluation);
/// How much longer than the errors all arrows are, so that those of different cameras compare.
double common_enlargement(const Observations& observations, const Evaluation& evaluation);
nlohmann::ordered_json residuals_data(const Observations& observations,
                                      const Evaluation& evaluation,
                                      const std::vector<Residual>& residuals);
/// Of all cameras together, then of each camera that has residuals.
std::vector<FrameChart> view_charts(const Observations& observations, const Evaluation& evaluation);
nlohmann::ordered_json views_data(const Observations& observations, const Evaluation& evaluation,
                                  const std::vector<FrameChart>& charts);
nlohmann::ordered_json uncertainty_data(const Calibration& calibration);
nlohmann::ordered_json choice_data(const Observations& observations);
/// `filmed`: as the times and numbers are on file.
nlohmann::ordered_json clocks_data(const Calibration& calibration, const Observations& filmed);
nlohmann::ordered_json rig_data(const Calibration& calibration);

/// JSON for a script element, in which "<" could begin the end tag.
std::string script_text(const nlohmann::ordered_json& json);

}  // namespace calib
