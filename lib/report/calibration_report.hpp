#pragma once
// evaluate/'s numbers as text for a screen and as JSON for a script.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "evaluate/compare.hpp"
#include "evaluate/verdict.hpp"
#include "report/text_table.hpp"
#include "scene/calibration.hpp"

namespace calib {

/// The verdict with its reasons, then the notes; at most `most_lines` lines of either.
std::string verdict_text(const Calibration& calibration, std::size_t most_lines);

/// Everything: the verdict with its reasons, the tables of the cameras and pairs, the worst views,
/// what to film next. Ends with a newline.
std::string calibration_text(const Calibration& calibration, const Evaluation& evaluation);
nlohmann::ordered_json calibration_json(const Calibration& calibration,
                                        const Evaluation& evaluation);

/// The findings as the files have them, each with its text and remedy.
nlohmann::ordered_json findings_json(const std::vector<Finding>& findings);

/// "  left out: 2 views, 11 single corners", or nothing.
std::string rejected_text(const Calibration& calibration);

/// The table of differences to a truth or to another calibration.
std::string comparison_text(const std::vector<CameraDifference>& differences);
nlohmann::ordered_json comparison_json(const std::vector<CameraDifference>& differences);

}  // namespace calib
