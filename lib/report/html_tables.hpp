#pragma once
// Text and tables of the HTML report, as data for templates/report.html.mustache. What is empty is
// `false`, and the page says why.

#include <nlohmann/json_fwd.hpp>

#include "evaluate/verdict.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

nlohmann::ordered_json summary_data(const Observations& observations,
                                    const Calibration& calibration);
nlohmann::ordered_json verdict_data(const Calibration& calibration);
nlohmann::ordered_json cameras_data(const Calibration& calibration, const Evaluation& evaluation);
nlohmann::ordered_json rows_data(const Evaluation& evaluation);
nlohmann::ordered_json lengths_data(const Evaluation& evaluation);

/// Grouped by camera, view or corner, and reason; reasons that differ only in their numbers are
/// one.
nlohmann::ordered_json rejected_data(const Calibration& calibration);
/// Images without a board, by camera and reason.
nlohmann::ordered_json missing_data(const Observations& observations);

/// The commands that made the artifacts, from their options, and what they were made from.
nlohmann::ordered_json provenance_data(const Observations& observations,
                                       const Calibration& calibration);

}  // namespace calib
