#pragma once
// The summary that the solving commands show at their end. It fits one screen;
// calibration_report.hpp has the full tables.

#include <string>

#include "evaluate/verdict.hpp"
#include "scene/calibration.hpp"

namespace calib {

/// The verdict with its reasons, a line per camera, a line per pair of cameras, and what to film
/// next, in at most `most_lines` lines. The lists of reasons, notes and shots are shortened before
/// the table of cameras. If the tables do not fit, a line says how many rows are left out; the
/// pairs with the largest row errors are kept. Ends with a newline.
std::string summary_text(const Calibration& calibration, const Evaluation& evaluation,
                         std::size_t most_lines);

}  // namespace calib
