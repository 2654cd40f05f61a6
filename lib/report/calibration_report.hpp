#pragma once
// The full report of an evaluation as text for a screen and as JSON for a script.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "evaluate/compare.hpp"
#include "evaluate/verdict.hpp"
#include "scene/calibration.hpp"

namespace calib {

/// The verdict with its reasons, then the notes, in at most so many lines each. Those that differ
/// in nothing but their cameras share a line.
std::string verdict_text(const Calibration& calibration, std::size_t most_reasons,
                         std::size_t most_notes);

/// The verdict with its reasons, the tables of cameras and pairs, the worst views, and what to film
/// next. Ends with a newline.
std::string calibration_text(const Calibration& calibration, const Evaluation& evaluation);
nlohmann::ordered_json calibration_json(const Calibration& calibration,
                                        const Evaluation& evaluation);

/// The findings as in the files, each with its text and its remedy.
nlohmann::ordered_json findings_json(const std::vector<Finding>& findings);

/// "  left out: 2 views, 11 single corners\n", or "" if nothing was rejected.
std::string rejected_text(const Calibration& calibration);

/// The differences to a truth or to another calibration, as a table and as JSON.
std::string comparison_text(const std::vector<CameraDifference>& differences);
nlohmann::ordered_json comparison_json(const std::vector<CameraDifference>& differences);

}  // namespace calib
