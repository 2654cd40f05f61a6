#pragma once
// The texts and tables of the HTML report, as data for templates/report.html.mustache. Empty tables
// are `false`; the page then says why.

#include <nlohmann/json_fwd.hpp>

#include "evaluate/verdict.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

nlohmann::ordered_json summary_data(const Observations& observations,
                                    const Calibration& calibration);
nlohmann::ordered_json verdict_data(const Calibration& calibration,
                                    const std::vector<Check>& checks);
nlohmann::ordered_json cameras_data(const Calibration& calibration, const Evaluation& evaluation);
nlohmann::ordered_json rows_data(const Evaluation& evaluation);
nlohmann::ordered_json lengths_data(const Evaluation& evaluation);

/// The rejected views and corners, grouped by camera and reason. Reasons that differ only in their
/// numbers are in one group.
nlohmann::ordered_json rejected_data(const Calibration& calibration);
/// The images without a board, grouped by camera and reason.
nlohmann::ordered_json missing_data(const Observations& observations);

/// The commands that make the artifacts again, the version, and the hashes of their inputs.
nlohmann::ordered_json provenance_data(const Observations& observations,
                                       const Calibration& calibration);

}  // namespace calib
