#pragma once
// What the solving commands show on the screen when they end: one screen that needs no explanation.
// calibration_report.hpp has the full tables.

#include <string>

#include "evaluate/verdict.hpp"
#include "scene/calibration.hpp"

namespace calib {

/// The verdict with its reasons, a line for each camera, a line for each pair of cameras, and what
/// to film next: at most `most_lines` lines. What does not fit is left out, and a line says how
/// much; the pairs with the largest row errors are shown. Ends with a newline.
std::string summary_text(const Calibration& calibration, const Evaluation& evaluation,
                         std::size_t most_lines);

}  // namespace calib
