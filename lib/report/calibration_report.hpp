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

/// The cameras' tables, the pairs' row errors and lengths, the worst views, the verdict with its
/// reasons, what to film next. Ends with a newline.
std::string calibration_text(const Calibration& calibration, const Evaluation& evaluation);
nlohmann::ordered_json calibration_json(const Calibration& calibration,
                                        const Evaluation& evaluation);

/// The table of differences to a truth or to another calibration.
std::string comparison_text(const std::vector<CameraDifference>& differences);
nlohmann::ordered_json comparison_json(const std::vector<CameraDifference>& differences);

}  // namespace calib
