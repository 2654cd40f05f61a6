#pragma once
// evaluate/'s numbers as text for a screen and as JSON for a script.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "evaluate/compare.hpp"
#include "evaluate/verdict.hpp"
#include "scene/calibration.hpp"

namespace calib {

/// Rows of cells as columns of text: the first column to the left, the others to the right. The
/// first row is the head.
std::string text_table(const std::vector<std::vector<std::string>>& rows);

/// The cameras' table, the pairs' row errors, the verdict with its reasons. Ends with a newline.
std::string calibration_text(const Calibration& calibration, const Evaluation& evaluation);
nlohmann::ordered_json calibration_json(const Calibration& calibration,
                                        const Evaluation& evaluation);

/// The table of differences to a truth or to another calibration.
std::string comparison_text(const std::vector<CameraDifference>& differences);
nlohmann::ordered_json comparison_json(const std::vector<CameraDifference>& differences);

}  // namespace calib
